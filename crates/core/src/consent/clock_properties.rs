//! The promise under clocks that are wrong in every way that can be known: nobody is on by default
//! before the notice period has run out in real time since they were told.
//!
//! The list of what can be known: a clock moved while the server runs, forwards or backwards; a
//! clock moved between two runs in one boot; a machine that starts with a clock behind the record,
//! also that of a backup; and any of these set right, at once or after an acceptance. What cannot
//! be known is left out: a machine that starts with a clock that nothing contradicts.

use super::settle;
use crate::account::model::Country;
use crate::consent::deciding_model;
use crate::consent::history::periods;
use crate::consent::notice::Notice;
use crate::consent::rules::{BUILT_IN, Rules};
use crate::consent::standing::{Because, Facts, first_country, standing_now};
use crate::ledger::{self, Actor, Choice, ClockSpan, Entry, Kind, NoticeRef, Purpose, Reason, Shown, View};
use crate::testing::happened;
use crate::time::guard::{Basis, CORRECTION, Guard, TOLERANCE, doubt, unbelieved, unbelieved_since};
use crate::time::{Clock, UtcMillis};
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

const AI: Purpose = Purpose::GenerativeAiTraining;
const WINDOW: u32 = 30;
const HOUR: i64 = 3_600_000;

#[derive(Clone, Copy, Debug)]
enum Event {
    Pass(i64),
    Moved(i64),
    SetRight,
    Restart,
    Reboot,
    Accept,
    Told,
    Moves(&'static str),
    Chose(Choice),
    Looked,
    Backup,
    Restore,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let jump = prop_oneof![
        3 => -90 * 24 * HOUR..90 * 24 * HOUR,
        1 => -2 * TOLERANCE..2 * TOLERANCE,
    ];
    let event = prop_oneof![
        6 => prop_oneof![0i64..HOUR, 0..40 * 24 * HOUR].prop_map(Event::Pass),
        4 => jump.prop_map(Event::Moved),
        4 => Just(Event::SetRight),
        2 => Just(Event::Restart),
        2 => Just(Event::Reboot),
        3 => Just(Event::Accept),
        5 => Just(Event::Told),
        1 => proptest::sample::select(vec!["US", "BR", "DE", "FR", "RE", "CA", "GB", "GI"]).prop_map(Event::Moves),
        1 => Just(Event::Chose(Choice::Denied)),
        1 => Just(Event::Looked),
        2 => Just(Event::Backup),
        2 => Just(Event::Restore),
    ];
    proptest::collection::vec(event, 1..40)
}

/// What a backup has of the database, and of what was really so then.
#[derive(Clone)]
struct Backup {
    boot: u32,
    known: Option<(i64, UtcMillis)>,
    doubted: Option<(i64, UtcMillis)>,
    entries: Vec<Entry>,
    spans: Vec<(ClockSpan, UtcMillis)>,
    country: Country,
    told: Vec<i64>,
}

/// A machine, its server, and one member's history.
struct Machine {
    real: Arc<AtomicI64>,
    wrong: Arc<AtomicI64>,
    booted: Arc<AtomicI64>,
    guard: Guard,
    clock: Clock,
    /// What is stored of this boot: when the machine booted by its clock, and when that was noted.
    known: Option<(i64, UtcMillis)>,
    /// The same of a clock that was doubted, with nothing believed yet.
    doubted: Option<(i64, UtcMillis)>,
    entries: Vec<Entry>,
    spans: Vec<(ClockSpan, UtcMillis)>,
    country: Country,
    /// In real time.
    told: Vec<i64>,
    /// How often it was started.
    boot: u32,
    backup: Option<Backup>,
}

impl Machine {
    fn new() -> Self {
        let start = UtcMillis::from_date("2026-03-01").unwrap().0;
        let [real, wrong, booted] = [start, 0, start].map(|at| Arc::new(AtomicI64::new(at)));
        let (r, w, r2, b) = (real.clone(), wrong.clone(), real.clone(), booted.clone());
        let wall = move || UtcMillis(r.load(SeqCst) + w.load(SeqCst));
        let clock = Clock::from_fns(wall, move || r2.load(SeqCst) - b.load(SeqCst));
        let country = Country::parse("US").unwrap();
        let (guard, known, doubted, entries, spans, told) = Default::default();
        let (boot, backup) = (0, None);
        let mut machine =
            Self { real, wrong, booted, guard, clock, known, doubted, entries, spans, country, told, boot, backup };
        machine.record(Actor::Default, ledger::Event::Default { purpose: AI, rule: None });
        machine.start();
        machine
    }

    /// As `ledger::clock` finds it.
    fn newest(&self) -> Option<UtcMillis> {
        let ahead = |at: UtcMillis| {
            self.spans.iter().any(|(span, accepted)| span.until > *accepted && (span.from..=span.until).contains(&at))
        };
        self.entries.iter().map(|e| e.at).filter(|at| !ahead(*at)).max()
    }

    fn start(&mut self) {
        let booted = self.known.map(|k| k.0);
        let doubted = self.doubted.map(|d| d.0);
        let basis = Basis { booted, doubted, newest: self.newest(), ..Basis::default() };
        self.guard.watch(self.clock.clone(), basis);
        self.guard.present();
        self.remember();
    }

    fn remember(&mut self) {
        let found = self.guard.basis().doubted;
        if found != self.doubted.map(|d| d.0) {
            self.doubted = found.map(|doubted| (doubted, self.clock.now()));
        }
        let Some(booted) = self.guard.basis().booted else { return };
        self.known.get_or_insert((booted, self.clock.now()));
    }

    fn record(&mut self, actor: Actor, event: ledger::Event) {
        let now = self.guard.clock(self.clock.clone()).now();
        let at = self.entries.last().map_or(now, |e| if e.at.0 - now.0 <= CORRECTION { e.at.max(now) } else { now });
        self.entries.push(happened(actor, event, at));
    }

    fn accept(&mut self) {
        let reading = self.clock.reading();
        let moved = self.known.map(|(booted, _)| reading.booted() - booted);
        let since = self.known.map(|(_, at)| at);
        let basis = Basis {
            booted: self.known.map(|k| k.0),
            doubted: self.doubted.map(|d| d.0),
            newest: self.newest(),
            ..Basis::default()
        };
        let span = unbelieved(reading.wall, self.newest(), moved, since);
        let Some((from, until)) = span.or_else(|| unbelieved_since(reading, &basis, self.doubted?.1)) else { return };
        let span = ClockSpan { from, until };
        if self.entries.iter().any(|e| (from..=until).contains(&e.at)) {
            let last = self.entries.last().map(|e| e.at);
            let at =
                last.filter(|last| last.0 - reading.wall.0 <= CORRECTION).map_or(reading.wall, |l| l.max(reading.wall));
            self.entries.push(happened(Actor::System, ledger::Event::Clock(span), at));
        }
        self.spans.push((span, reading.wall));
        (self.known, self.doubted) = (Some((reading.booted(), reading.wall)), None);
        self.start();
    }

    /// The server is stopped, has the database of the backup put in place, and is started again.
    fn restore(&mut self) {
        let Some(Backup { boot, known, doubted, entries, spans, country, told }) = self.backup.clone() else { return };
        // What a backup knows of another boot counts for nothing.
        (self.known, self.doubted) = if boot == self.boot { (known, doubted) } else { (None, None) };
        (self.entries, self.spans, self.country, self.told) = (entries, spans, country, told);
        let basis = Basis { booted: self.known.map(|k| k.0), newest: self.newest(), ..Basis::default() };
        // A wrong clock that nothing contradicts cannot be known.
        if basis.booted.is_none() && doubt(self.clock.reading(), &basis).is_none() {
            self.wrong.store(0, SeqCst);
        }
        self.start();
    }

    fn apply(&mut self, event: Event, notice: &NoticeRef, rules: &Rules) {
        let write = self.guard.may_write().is_ok();
        match event {
            Event::Pass(time) => drop(self.real.fetch_add(time, SeqCst)),
            Event::Moved(by) => {
                self.wrong.fetch_add(by, SeqCst);
                // No clock was believed yet in this boot, and nothing contradicts this one: that
                // cannot be known.
                if self.guard.basis().booted.is_none() && doubt(self.clock.reading(), &self.guard.basis()).is_none() {
                    self.wrong.store(0, SeqCst);
                }
            }
            Event::SetRight => self.wrong.store(0, SeqCst),
            Event::Restart => self.start(),
            Event::Reboot => {
                self.booted.store(self.real.load(SeqCst), SeqCst);
                let basis = Basis { newest: self.newest(), ..Basis::default() };
                // A wrong clock that nothing contradicts cannot be known.
                if doubt(self.clock.reading(), &basis).is_none() {
                    self.wrong.store(0, SeqCst);
                }
                (self.known, self.doubted) = (None, None);
                self.boot += 1;
                self.start();
            }
            Event::Backup => {
                let (entries, spans, told) = (self.entries.clone(), self.spans.clone(), self.told.clone());
                let Self { boot, known, doubted, country, .. } = *self;
                self.backup = Some(Backup { boot, known, doubted, entries, spans, country, told });
            }
            Event::Restore => self.restore(),
            // The operator says that the clock is right, when it is.
            Event::Accept if self.wrong.load(SeqCst).abs() <= TOLERANCE => self.accept(),
            Event::Told if write => {
                self.record(Actor::System, ledger::Event::Notice { notice: notice.clone(), rule: None });
                self.told.push(self.real.load(SeqCst));
            }
            Event::Chose(choice) if write => {
                let chose = ledger::Event::Choice { purpose: AI, choice, rule: None, notice: None };
                self.record(Actor::Member, chose);
            }
            Event::Moves(to) if write && to != self.country.alpha2() => {
                let moved = ledger::Moved { from: self.country.alpha2().into(), to: to.into() };
                self.record(Actor::Member, ledger::Event::Move(moved));
                let to = Country::parse(to).unwrap();
                let rule = |country| rules.at(AI, country, UtcMillis(self.real.load(SeqCst))).map(|rule| &rule.id);
                if rule(self.country) != rule(to) {
                    // What they were told was about another rule.
                    self.told.clear();
                }
                self.country = to;
            }
            Event::Looked if write => {
                let view = View {
                    shown: Shown::Settings,
                    reason: Reason::Asked,
                    text: None,
                    during: None,
                    staff: None,
                    until: None,
                };
                self.record(Actor::Support, ledger::Event::View { case: None, view });
            }
            Event::Accept | Event::Told | Event::Chose(_) | Event::Moves(_) | Event::Looked => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::testing::cases(3_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_on_by_default_before_the_window_has_really_run_out(events in events()) {
        let rules = Rules::parse(BUILT_IN).unwrap();
        let day = |date| UtcMillis::from_date(date).unwrap();
        let reference = NoticeRef { purpose: AI, version: 2, language: "en".into(), sha256: String::new() };
        let (published_at, effective_at) = (day("2025-10-01"), day("2025-11-03"));
        let notices = [Notice { reference: reference.clone(), published_at, effective_at }];
        let mut machine = Machine::new();
        for event in events {
            machine.apply(event, &reference, &rules);
            let present = machine.guard.present().unwrap();
            machine.remember();
            let mut entries = machine.entries.clone();
            let now = present.earliest;
            prop_assert!(now <= present.at && now <= machine.guard.reading().unwrap().wall);
            settle(&mut entries, now);
            prop_assert!(entries.is_sorted_by_key(|e| e.at));
            let country = first_country(&entries, machine.country);
            let doubt = present.doubt.is_some();
            let facts = Facts { entries: &entries, notices: &notices, rules: &rules, country, window_days: WINDOW, doubt, unproved: None };
            let holds = standing_now(&facts, AI, now);
            if entries.iter().any(|e| e.kind == Kind::Choice) {
                prop_assert_eq!(holds.choice, Choice::Denied, "a choice is sticky");
                let chosen = matches!(holds.because, Because::Chosen { at, .. } if at <= now);
                prop_assert!(chosen, "and never in the future: {:?}", holds);
            }
            if holds.choice == Choice::Allowed {
                let real = machine.real.load(SeqCst);
                let long_ago = |told: &i64| real - told >= i64::from(WINDOW) * UtcMillis::DAY - 2 * TOLERANCE;
                prop_assert!(machine.told.iter().any(long_ago), "{:?} at {:?}", holds, present);
                let since = matches!(holds.because, Because::ByDefault { since, .. } if since <= now);
                prop_assert!(since, "{:?} at {:?}", holds, present);
            }
            // Nor does what is told of the past speak of days to come, whichever clock is right.
            for period in periods(&facts, AI, now) {
                prop_assert!(period.from <= now && period.until <= now, "{:?} at {:?}", period, present);
            }
        }
    }

    /// Whatever the clocks do: what decides is found without the rest of the history.
    #[test]
    fn nothing_but_what_decides_has_to_be_read(mut events in events(), on in proptest::collection::vec(any::<bool>(), 40)) {
        let rules = Rules::parse(BUILT_IN).unwrap();
        let day = |date| UtcMillis::from_date(date).unwrap();
        let reference = NoticeRef { purpose: AI, version: 2, language: "en".into(), sha256: String::new() };
        let (published_at, effective_at) = (day("2025-10-01"), day("2025-11-03"));
        let notices = [Notice { reference: reference.clone(), published_at, effective_at }];
        let mut machine = Machine::new();
        // Every second event is a choice.
        let choices = on.iter().map(|on| Event::Chose(if *on { Choice::Allowed } else { Choice::Denied }));
        events = events.into_iter().zip(choices).flat_map(|(event, choice)| [event, choice]).collect();
        for event in events {
            machine.apply(event, &reference, &rules);
            let present = machine.guard.present().unwrap();
            machine.remember();
            let country = machine.country;
            let doubt = present.doubt.is_some();
            let facts = Facts { entries: &[], notices: &notices, rules: &rules, country, window_days: WINDOW, doubt, unproved: None };
            // Time runs backwards only where an operator has said that it did.
            let back = machine.entries.windows(2).filter(|pair| pair[1].at < pair[0].at);
            prop_assert!(back.into_iter().all(|pair| pair[1].kind == Kind::Clock));
            deciding_model::nothing_else_decides(&machine.entries, country, &facts, present.at, &[AI])?;
        }
    }
}
