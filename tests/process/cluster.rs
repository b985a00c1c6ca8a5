//! A PostgreSQL cluster of a test's own: to be stopped, crashed and set up in ways that no other
//! test may see.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of PostgreSQL's programs, the newest version.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed: scripts/setup stories");
    let mut versions: Vec<PathBuf> = versions.map(|version| version.unwrap().path()).collect();
    versions.sort_by_key(|path| path.file_name().and_then(OsStr::to_str).and_then(|name| name.parse::<u32>().ok()));
    versions.pop().expect("there is one").join("bin")
}

pub struct Cluster {
    folder: tempfile::TempDir,
    pub port: u16,
}

impl Cluster {
    /// Makes one and starts it, with these lines in its configuration.
    pub fn start(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { folder, port };
        cluster.own(cluster.folder.path());
        let data = cluster.data();
        cluster.run("initdb", &["-D".as_ref(), data.as_os_str(), "-U".as_ref(), "sayso".as_ref()]);
        let socket = cluster.folder.path().display();
        let mut text = format!("listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{socket}'\n");
        settings.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        let file = data.join("postgresql.conf");
        std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + &text).unwrap();
        cluster.rise();
        cluster
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file beside its data, which it alone may read.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.data().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        self.own(&path);
        path
    }

    /// Starts it again.
    pub fn rise(&self) {
        let log = self.folder.path().join("log");
        self.control(&["start", "-w", "-l", log.to_str().unwrap()]);
    }

    /// Stops it: `fast`, or `immediate`, which is a crash.
    pub fn fall(&self, mode: &str) {
        self.control(&["stop", "-m", mode]);
    }

    /// The URL of its first database, for its owner.
    pub fn url(&self) -> String {
        format!("postgres://sayso@127.0.0.1:{}/postgres", self.port)
    }

    fn control(&self, words: &[&str]) {
        let data = self.data();
        let mut all: Vec<&OsStr> = vec!["-D".as_ref(), data.as_os_str(), "-s".as_ref()];
        all.extend(words.iter().map(OsStr::new));
        self.run("pg_ctl", &all);
    }

    /// PostgreSQL refuses to run as root; as root it runs as the user that its package makes.
    fn run(&self, program: &str, words: &[&OsStr]) {
        let program = programs().join(program);
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&program) };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        // What it starts keeps what it inherits: a pipe would stay open with it.
        let command = command.args(words).current_dir(self.folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().unwrap();
        assert!(status.success(), "{program:?} {words:?}: {status}: {}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn own(&self, path: &Path) {
        if is_root() {
            assert!(Command::new("chown").arg("postgres").arg(path).status().unwrap().success());
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let program = programs().join("pg_ctl");
        let mut command = if is_root() { Command::new("runuser") } else { Command::new(&program) };
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        // It may have been stopped.
        let _ = command
            .args(["-s", "-m", "immediate", "stop", "-D"])
            .arg(self.data())
            .stderr(Stdio::null())
            .current_dir("/")
            .status();
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}
