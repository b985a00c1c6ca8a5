//! `sayso serve`: what begins with the server, works beside it, and ends it.

use sayso::account::staff_action::ActionKind;
use sayso::account::store::{self as accounts, staff_actions::NewAction};
use sayso::db;
use sayso::error::chain;
use sayso::ledger::clock::Watch;
use sayso::mail::worker;
use sayso::members::mailboxes;
use sayso::objection::service::{catch_up_by_rule, tell_progress};
use sayso::objection::store as cases;
use sayso::serve::log::{self, Outlet};
use sayso::serve::{demo, listen, production, router::router, workers};
use sayso::support::daily_digest;
use sayso::time;
use sayso::web::config::Config;
use sayso::web::{App, session_store::Sessions};
use std::{error::Error, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// `unknown` are variables that look like settings and are none.
pub async fn run(config: Config, unknown: &[String]) -> Result<(), Box<dyn Error>> {
    // From here on nothing is printed past these two: a stream that takes nothing more costs lines
    // and no request.
    let (log, out) = (log::begin(&config.logging), Outlet::stdout());
    for name in unknown {
        tracing::warn!("{}", production::unknown_setting(name));
    }
    let done = serve(config, &out).await;
    out.finish();
    log.finish();
    done
}

async fn serve(mut config: Config, out: &Outlet) -> Result<(), Box<dyn Error>> {
    config.check()?;
    if config.demo {
        config.platform = config.platform.or_examples();
    }
    let rules = config.laws.rules()?;
    config.laws.put_regimes_in_force()?;
    let passwords = config.password_rules()?;
    let post_office = config.post_office()?;
    // Before the database is touched: a taken address would be told only after long migrations.
    drop(listen_on(config.addr).await?);
    sayso::account::password::Passwords::warm_up();
    let db = super::open_to_serve(&config.database).await?;
    let seen = sayso::log::seen(&db, &config).await?;
    if let Some(made_at) = db.restored_from().await? {
        db.settle_restored().await?;
        super::record(&db, &NewAction::by_command(ActionKind::Restored)).await?;
        let made_at = made_at.rfc3339();
        tracing::warn!(
            made_at,
            "this database was restored from a backup: entries recorded after that are missing, and everybody is signed out"
        );
    }
    let app = App::new(db, rules, time::system(), config).with_password_rules(passwords);
    let sessions = Sessions::new(&app);
    let listener = listen_on(app.config.addr).await?;
    if app.config.demo {
        demo::fill(&app).await?;
    }
    production::say(production::warnings(&app.config));
    let (_, left) = accounts::counts(app.db.reader().await?.conn()).await?;
    production::say((!app.config.demo && left > 0).then(|| production::demonstration_left(left)));
    if let Err(error) = mailboxes::settle(&app.db, app.clock.now()).await {
        tracing::warn!(error = %chain(&error), "could not compare addresses");
    }
    if app.password_rules.breached() > 0 {
        tracing::info!(passwords = app.password_rules.breached(), "nobody can choose a stolen password of this list");
    }
    out.say(&format!("Sayso serves {}", app.config.origin()));
    out.say(&post_office.says());
    if app.config.demo {
        out.say(&format!("Accounts to try it with, all with the password {}:", demo::PASSWORD));
        for (email, what) in demo::ACCOUNTS {
            out.say(&format!("  {email:<24} {what}"));
        }
        out.say("Staff need a code as well: README.md, \"Try it\", says how to get one.");
    }
    let postman = {
        let (app, office) = (app.clone(), Arc::new(Mutex::new(post_office)));
        workers::keep("mail", move || {
            let (app, office) = (app.clone(), Arc::clone(&office));
            async move { worker::work(app, &mut *office.lock().await).await }
        })
    };
    let sweeper = {
        let (app, sessions) = (app.clone(), sessions.clone());
        workers::keep("sweep", move || sweep(app.clone(), sessions.clone()))
    };
    let herald = {
        let app = app.clone();
        workers::keep("mornings", move || mornings(app.clone()))
    };
    let counter = {
        let app = app.clone();
        workers::keep("statistics", move || sayso::statistics::count::work(app.clone()))
    };
    let scribe = {
        let scribe = sayso::log::begin(&app, seen).await?;
        workers::keep("public log", move || scribe.clone().work())
    };
    let watchman = {
        let db = app.db.clone();
        workers::keep("clock", move || {
            let db = db.clone();
            async move { Watch::system().work(&db).await }
        })
    };
    listen::serve(listener, router(&app, sessions), listen::Bounds::of(&app.config), stop()).await;
    for worker in [sweeper, herald, counter, scribe, watchman] {
        worker.abort();
    }
    app.close_post();
    postman.await?;
    app.db.close().await;
    Ok(())
}

async fn listen_on(addr: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(addr).await.map_err(|e| format!("SAYSO_ADDR: cannot listen on {addr}: {e}"))
}

/// Tells officers each morning what is due.
async fn mornings(app: App) {
    let mut minutely = tokio::time::interval(Duration::from_secs(60));
    loop {
        minutely.tick().await;
        let (config, now) = (&app.config, app.clock.now());
        match daily_digest::send(&app.db, config.morning_hour, &config.origin(), config.demo, now).await {
            Ok(0) => {}
            Ok(_) => app.wake_mailer(),
            Err(error) => tracing::warn!(error = %chain(&error), "could not tell officers what is due"),
        }
    }
}

async fn sweep(app: App, sessions: Sessions) {
    let mut hourly = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        if let Err(error) = sessions.sweep().await {
            tracing::warn!(error = %chain(&error), "could not remove ended sessions");
        }
        sayso::serve::sweep::all(&app).await;
        // A version before may be serving beside this one until the last of its nodes is replaced.
        if let Err(error) = catch_up_by_rule(&app.db, &app.config.origin(), app.clock.now()).await {
            tracing::warn!(error = %chain(&error), "could not uphold what is upheld by rule");
        }
        match tell_progress(&app.db, &app.config.origin(), app.clock.now()).await {
            Ok(0) => {}
            Ok(_) => app.wake_mailer(),
            Err(error) => tracing::warn!(error = %chain(&error), "could not tell people where their objections stand"),
        }
        if let Err(error) = vouch(&app).await {
            tracing::warn!(error = %chain(&error), "could not vouch for the addresses of the platform's members");
        }
        match mailboxes::settle(&app.db, app.clock.now()).await {
            Ok(0) => {}
            Ok(found) => {
                tracing::warn!(found, "accounts with one mailbox: see `sayso members duplicates`, and merge them")
            }
            Err(error) => tracing::warn!(error = %chain(&error), "could not compare addresses"),
        }
        match accounts::fill_words(&app.db).await {
            Ok(0) => {}
            Ok(members) => tracing::info!(members, "made members searchable"),
            Err(error) => tracing::warn!(error = %chain(&error), "could not make members searchable"),
        }
        match cases::search::fill_words(&app.db).await {
            Ok(0) => {}
            Ok(cases) => tracing::info!(cases, "made cases searchable"),
            Err(error) => tracing::warn!(error = %chain(&error), "could not make cases searchable"),
        }
    }
}

async fn vouch(app: &App) -> db::Result<()> {
    let mut tx = app.db.begin().await?;
    accounts::vouch_for_imported(tx.conn()).await?;
    accounts::mailed_links::sweep(tx.conn(), app.clock.now()).await?;
    tx.commit().await
}

/// Until somebody asks the server to stop: what it accepted by then it finishes. A terminal that is
/// closed asks, too, unless whoever began this has said that it goes on (`nohup`).
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return interrupt.await.unwrap_or_default();
        };
        let mut hangup = (!ignores_hangup()).then(|| signal(SignalKind::hangup())).and_then(Result::ok);
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {}, _ = hung_up => {} }
    }
    #[cfg(not(unix))]
    interrupt.await.unwrap_or_default();
}

/// Whether this process was begun with SIGHUP ignored, where the system tells (proc(5)).
#[cfg(unix)]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit is that of signal 1.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
