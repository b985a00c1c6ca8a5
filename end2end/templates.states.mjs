// The pages of templates of texts, in every state.
import { elsewhere, filedByMember } from "./cases.mjs";
import { signInStaff } from "./app.mjs";
import { addTemplate } from "./templates.mjs";

const asOfficer = (path) => async (page) => {
  await signInStaff(page, "privacy_officer");
  await page.goto(path);
};

export const TEMPLATES_STATES = {
  templates: { arrange: asOfficer("/support/templates"), shows: "Texts that officers keep" },
  "template to add": { arrange: asOfficer("/support/templates/add"), shows: "Save this template" },
  "template to add, refused": {
    arrange: async (page) => {
      await asOfficer("/support/templates/add")(page);
      await page.getByRole("button", { name: "Save this template" }).click();
    },
    shows: "Please choose what the template is for.",
  },
  template: {
    arrange: async (page) => {
      await signInStaff(page, "privacy_officer");
      await addTemplate(page, { text: "Dear {name}." });
    },
    shows: "The template is saved.",
  },
  "template, retired": {
    arrange: async (page) => {
      await signInStaff(page, "privacy_officer");
      await addTemplate(page, { text: "Dear {name}." });
      await page.getByRole("button", { name: "Retire it" }).click();
    },
    shows: "Save and offer it again",
  },
  "case of officers, with a template": {
    arrange: async (page) => {
      const number = await filedByMember(await elsewhere(page), { purposes: ["inferences"] });
      await signInStaff(page, "privacy_officer");
      await addTemplate(page, { purpose: "inferences", text: "Dear {name}." });
      await page.goto(`/support/objections/${number}`);
      await page.getByRole("button", { name: "Start the review" }).click();
    },
    shows: "Add to the text",
  },
};
