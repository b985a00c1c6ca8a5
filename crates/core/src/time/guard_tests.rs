use super::*;
use std::sync::atomic::{AtomicI64, Ordering};

const NOW: i64 = 1_795_000_000_000;
const DAY: i64 = UtcMillis::DAY;

fn reading(wall: i64, boot: i64) -> Reading {
    Reading { wall: UtcMillis(wall), boot }
}

#[test]
fn a_clock_is_doubted_beyond_two_minutes_and_not_before() {
    let basis = Basis {
        booted: Some(NOW - 5_000),
        doubted: None,
        newest: Some(UtcMillis(NOW)),
        built: Some(UtcMillis(NOW - DAY)),
        server_ahead: Some(0),
    };
    let at = |wall, boot| doubt(reading(wall, boot), &basis);
    assert_eq!(at(NOW, 5_000), None);
    assert_eq!(at(NOW + TOLERANCE, 5_000), None);
    assert_eq!(at(NOW + TOLERANCE + 1, 5_000), Some(Doubt::MovedForwards { by: TOLERANCE + 1 }));
    assert_eq!(at(NOW - TOLERANCE - 1, 5_000), Some(Doubt::MovedBackwards { by: TOLERANCE + 1 }));
    assert_eq!(at(NOW + 60 * DAY, 5_000 + 60 * DAY), None, "two months asleep are no jump");

    let fresh = Basis { booted: None, ..basis };
    let started = |wall, basis: &Basis| doubt(reading(wall, 5_000), basis);
    assert_eq!(started(NOW + 60 * DAY, &fresh), None, "what cannot be known");
    assert_eq!(started(NOW - TOLERANCE, &fresh), None);
    let by = TOLERANCE + 1;
    assert_eq!(started(NOW - by, &fresh), Some(Doubt::BehindRecord { newest: UtcMillis(NOW), by }));
    let empty = Basis { newest: None, ..fresh };
    assert_eq!(started(NOW - DAY - TOLERANCE, &empty), None);
    assert!(matches!(started(NOW - DAY - by, &empty), Some(Doubt::BehindBuild { .. })));
    for ahead in [by, -by, i64::MAX, i64::MIN] {
        let basis = Basis { server_ahead: Some(ahead), ..empty };
        assert_eq!(started(NOW, &basis), Some(Doubt::Server { by: ahead }));
    }
    // A clock that was wrong at the start is wrong until somebody moves it, also once it has caught
    // up.
    let doubted = Basis { doubted: Some(NOW - DAY), ..empty };
    assert_eq!(doubt(reading(NOW, DAY), &doubted), Some(Doubt::NotSetRight));
    assert_eq!(doubt(reading(NOW + by, DAY), &doubted), None);
    // Absurd clocks are answered and not added up.
    for wall in [i64::MIN, i64::MAX] {
        assert!(doubt(reading(wall, i64::MIN), &basis).is_some() && doubt(reading(wall, i64::MAX), &basis).is_some());
    }
}

#[test]
fn while_it_is_moved_the_present_is_what_it_would_say() {
    let basis = Basis { booted: Some(NOW), ..Basis::default() };
    for moved in [60 * DAY, -60 * DAY] {
        assert_eq!(present(reading(NOW + 7_000 + moved, 7_000), &basis), UtcMillis(NOW + 7_000));
    }
    // Which of the two clocks is right nobody knows: nothing is said to have begun after either.
    assert_eq!(earliest(reading(NOW + 7_000 - 60 * DAY, 7_000), &basis), UtcMillis(NOW + 7_000 - 60 * DAY));
    assert_eq!(earliest(reading(NOW + 7_000 + 60 * DAY, 7_000), &basis), UtcMillis(NOW + 7_000));
    let server = Basis { server_ahead: Some(-DAY), ..basis };
    assert_eq!(earliest(reading(NOW + 7_000, 7_000), &server), UtcMillis(NOW + 7_000 - DAY));
    assert_eq!(earliest(reading(NOW + 7_100, 7_000), &basis), UtcMillis(NOW + 7_100));
    assert_eq!(
        present(reading(NOW + 7_100, 7_000), &basis),
        UtcMillis(NOW + 7_100),
        "small corrections are taken over"
    );
}

#[test]
fn after_a_wrong_reading_nothing_is_written_for_a_minute() {
    let (moved, boot) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let clock = {
        let (moved, wall, boot) = (moved.clone(), boot.clone(), boot.clone());
        let wall = move || UtcMillis(NOW + wall.load(Ordering::SeqCst) + moved.load(Ordering::SeqCst));
        Clock::from_fns(wall, move || boot.load(Ordering::SeqCst))
    };
    let guard = Guard::default();
    assert_eq!(guard.may_write(), Ok(()));
    guard.watch(clock.clone(), Basis { booted: Some(NOW), ..Basis::default() });
    assert_eq!(guard.may_write(), Ok(()));
    moved.store(60 * DAY, Ordering::SeqCst);
    // Somebody reads the time, and the clock is right again before they write.
    assert_eq!(guard.clock(clock).now(), UtcMillis(NOW));
    moved.store(0, Ordering::SeqCst);
    assert_eq!(guard.may_write(), Err(InDoubt(None)));
    boot.store(AFTERWARDS - 1, Ordering::SeqCst);
    assert!(guard.may_write().is_err());
    boot.store(AFTERWARDS, Ordering::SeqCst);
    assert_eq!(guard.may_write(), Ok(()));
}

#[test]
fn a_doubt_says_what_it_is_and_what_to_do() {
    let said = InDoubt(Some(Doubt::MovedForwards { by: 60 * DAY })).to_string();
    assert!(
        said.starts_with("the clock was moved 60 days forwards while this machine ran; nothing is written"),
        "{said}"
    );
    assert!(said.contains("sayso clock accept"));
    let behind = Doubt::BehindRecord { newest: UtcMillis(NOW), by: 3 * 60_000 };
    assert_eq!(behind.to_string(), "the clock is 3 minutes behind the newest entry, of 18 November 2026, 11:06 UTC");
}

#[test]
fn a_length_is_said_to_the_nearest_unit() {
    let said = [
        (3 * 60_000, "3 minutes"),
        (60 * DAY - 1, "60 days"),
        (2 * DAY - 60_001, "48 hours"),
        (90 * 60_000, "90 minutes"),
    ];
    for (length, text) in said {
        let doubt = Doubt::MovedForwards { by: length };
        assert_eq!(doubt.to_string(), format!("the clock was moved {text} forwards while this machine ran"));
    }
}

/// A clock of a test: its wall is `NOW` and the boot clock, moved by so much.
fn moved_clock() -> (Clock, Arc<AtomicI64>, Arc<AtomicI64>) {
    let (moved, boot) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let (by, wall, since) = (moved.clone(), boot.clone(), boot.clone());
    let wall = move || UtcMillis(NOW + wall.load(Ordering::SeqCst) + by.load(Ordering::SeqCst));
    (Clock::from_fns(wall, move || since.load(Ordering::SeqCst)), moved, boot)
}

/// The first start of a boot, with a clock that differs from the database server's; then somebody
/// sets it right, while the server's is still remembered as it was.
#[test]
fn a_clock_that_differed_from_the_servers_is_believed_once_it_is_right() {
    for by in [5 * 60_000, -5 * 60_000, 60 * DAY] {
        let (clock, moved, boot) = moved_clock();
        moved.store(by, Ordering::SeqCst);
        let guard = Guard::default();
        guard.watch(clock, Basis { server_ahead: Some(-by), ..Basis::default() });
        assert_eq!(guard.may_write(), Err(InDoubt(Some(Doubt::Server { by: -by }))));
        moved.store(0, Ordering::SeqCst);
        assert!(guard.may_write().is_err(), "the server's clock was not asked yet");
        guard.rebase(|basis| basis.server_ahead = Some(0));
        assert_eq!(guard.may_write(), Err(InDoubt(None)), "for a minute");
        boot.store(AFTERWARDS, Ordering::SeqCst);
        assert_eq!(guard.may_write(), Ok(()));
        assert_eq!(guard.basis().doubted, None);
    }
}

/// As a time service does that moves the clock a little each second.
#[test]
fn a_clock_that_is_set_right_in_small_steps_is_believed_in_the_end() {
    let (clock, moved, boot) = moved_clock();
    moved.store(-300_000, Ordering::SeqCst);
    let guard = Guard::default();
    guard.watch(clock, Basis { newest: Some(UtcMillis(NOW)), ..Basis::default() });
    for step in (-300..0).step_by(10) {
        moved.store(step * 1_000, Ordering::SeqCst);
        assert!(guard.may_write().is_err(), "{step} seconds");
    }
    moved.store(0, Ordering::SeqCst);
    assert_eq!(guard.may_write(), Err(InDoubt(None)));
    boot.store(AFTERWARDS, Ordering::SeqCst);
    assert_eq!(guard.may_write(), Ok(()));
}

#[test]
fn a_clock_that_only_caught_up_is_accepted_with_what_it_was_behind() {
    let (clock, moved, boot) = moved_clock();
    moved.store(-300_000, Ordering::SeqCst);
    let newest = UtcMillis(NOW);
    let guard = Guard::default();
    guard.watch(clock.clone(), Basis { newest: Some(newest), ..Basis::default() });
    assert!(matches!(guard.may_write(), Err(InDoubt(Some(Doubt::BehindRecord { .. })))));
    let noted = clock.now();
    boot.store(300_000, Ordering::SeqCst);
    assert_eq!(guard.may_write(), Err(InDoubt(Some(Doubt::NotSetRight))));
    let span = |basis: Basis| unbelieved_since(clock.reading(), &basis, noted);
    assert_eq!(span(guard.basis()), Some((UtcMillis(noted.0 + 1), newest)));
    let empty = Basis { newest: None, ..guard.basis() };
    assert_eq!(span(empty), Some((UtcMillis(noted.0 + 1), UtcMillis(noted.0 + 1))), "behind the day of the build");
    assert_eq!(span(Basis { doubted: None, ..guard.basis() }), None);
}

#[test]
fn a_jump_that_is_over_is_said_once() {
    let (clock, moved, _) = moved_clock();
    let guard = Guard::default();
    guard.watch(clock, Basis { booted: Some(NOW), ..Basis::default() });
    assert_eq!((guard.may_write(), guard.unsaid()), (Ok(()), None));
    moved.store(60 * DAY, Ordering::SeqCst);
    assert!(guard.may_write().is_err());
    moved.store(0, Ordering::SeqCst);
    assert_eq!(guard.may_write(), Err(InDoubt(None)));
    assert_eq!(guard.unsaid(), Some(Doubt::MovedForwards { by: 60 * DAY }));
    assert_eq!(guard.unsaid(), None);
}
