//! Gives each command of the window a permission of its own.

fn main() {
    println!("cargo::rerun-if-changed=../ui/dist/index.html");
    let manifest = tauri_build::AppManifest::new().commands(gatewright_wire::COMMAND_NAMES);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}
