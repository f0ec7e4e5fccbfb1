//! What it was measured on, and what was measured.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Lines that say which machine and which versions.
pub(crate) fn described(programs: &[(&str, &Path, &str)]) -> Vec<String> {
    let mut lines = vec![format!(
        "machine: {}, {} cores, {}, load {}",
        line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned()),
        std::thread::available_parallelism().map_or(1, usize::from),
        fs::read_to_string("/proc/sys/kernel/osrelease")
            .unwrap_or_default()
            .trim(),
        fs::read_to_string("/proc/loadavg")
            .unwrap_or_default()
            .split(' ')
            .next()
            .unwrap_or_default(),
    )];
    for (name, program, flag) in programs {
        lines.push(format!("{name}: {}", version(program, flag)));
    }
    lines
}

fn line(file: &str, name: &str) -> Option<String> {
    fs::read_to_string(file)
        .ok()?
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.split_once(':'))
        .map(|(_, value)| value.trim().to_owned())
}

fn version(program: &Path, flag: &str) -> String {
    let Ok(output) = Command::new(program).arg(flag).output() else {
        return "not there".to_owned();
    };
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said)
        .lines()
        .map(str::trim)
        .find(|line| line.chars().any(|letter| letter.is_ascii_digit()))
        .unwrap_or("of no version")
        .to_owned()
}
