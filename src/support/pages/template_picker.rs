//! The list of templates beside a field, whose button puts one into it.

use crate::objection::model::Case;
use crate::objection::template::{Template, TemplateKind};
use crate::ui::Script;
use leptos::prelude::*;

/// What can be put into the fields of one case: kind, purpose and language fit, the texts are
/// filled in.
pub struct Fitting(Vec<(Template, String)>);

impl Fitting {
    pub fn of(case: &Case, all: Vec<Template>) -> Self {
        let offered = all.into_iter().filter(|template| !template.retired);
        let offered = offered.filter(|template| template.content.language == case.language);
        Self(offered.map(|template| (template.clone(), template.content.filled(case))).collect())
    }

    fn for_field(&self, field: &str) -> Vec<(String, String, String)> {
        let Some((kind, purpose)) = TemplateKind::of_field(field) else { return Vec::new() };
        let fits =
            |(template, _): &&(Template, String)| template.content.fits(kind, purpose, &template.content.language);
        let option = |(template, text): &(Template, String)| {
            (format!("{field} {}", template.id), template.content.title.clone(), text.clone())
        };
        self.0.iter().filter(fits).map(option).collect()
    }
}

/// Nothing, where no template fits the field.
#[component]
pub fn TemplatePicker<'a>(fitting: &'a Fitting, #[prop(into)] field: String) -> impl IntoView + use<> {
    let options = fitting.for_field(&field);
    let (id, label) = (format!("template-{field}"), format!("template-{field}-label"));
    let pressed = field.clone();
    (!options.is_empty()).then(|| {
        view! {
            <div class="row end" data-template=field>
                <div class="field">
                    <label for=id.clone() id=label.clone()>
                        "Template"
                    </label>
                    <select id=id name="templates[]">
                        <option value="">"Choose a template"</option>
                        {options
                            .into_iter()
                            .map(|(value, title, text)| {
                                view! {
                                    <option value=value data-text=text>
                                        {title}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                </div>
                <button
                    class="button"
                    type="submit"
                    formaction="/api/insert-template"
                    name="insert"
                    value=pressed
                    aria-describedby=label
                >
                    "Add to the text"
                </button>
            </div>
            <Script name="templates" />
        }
    })
}
