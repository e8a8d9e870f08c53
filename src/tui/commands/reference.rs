//! `docs/KEYS.md`, made from the registry.

use std::fmt::Write;

use super::{Scope, all};

/// The page that lists every command with its keys, in Markdown.
pub fn reference() -> String {
    let mut page = String::from(
        "# Keys\n\nMade from the registry of commands; do not edit by hand.\n\n\
         Every command can be found by its name in the palette (`:` or `Ctrl-P`). `[keys]` in the configuration gives\n\
         it other keys: `skip = \"ctrl-s\"`, or none: `skip = []`. On the Label screen digits, and the letters that the\n\
         labels have, are answers.\n",
    );
    for scope in Scope::ALL {
        let _infallible = write!(page, "\n## {}\n\n| keys | command | does |\n| --- | --- | --- |\n", scope.title());
        for command in all().filter(|c| c.scope == *scope) {
            let keys: Vec<String> = command.keys.iter().map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            let argument = command.argument.map_or_else(String::new, |a| format!(" {}", a.name));
            let _infallible = writeln!(page, "| {} | {}{argument} | {} |", keys.join(" "), command.id, command.doc);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_names_every_command() {
        let page = super::reference();
        assert!(super::all().all(|command| page.contains(&format!("| {}", command.id))));
    }
}
