//! The command line's reference, rendered from the parser.

use super::Cli;
use clap::CommandFactory;
use std::fmt::Write;

/// `docs/CLI.md`: every command with its arguments, as Markdown.
pub fn reference() -> String {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut page = String::from(
        "# The command line\n\nMade from the parser; a test holds it to the code (`KARAT_BLESS=1` rewrites it).\n\n\
         Exit codes: 0 done, 1 failed (data, I/O, conflict, internal), 2 wrong usage, 3 a check or gate is not met, \
         130 interrupted.\nAn ITEM is your own id, or a unique beginning of the item's key.\n",
    );
    section(&root, "karat", true, &mut page);
    page
}

fn section(command: &clap::Command, path: &str, top: bool, page: &mut String) {
    let about = command.get_long_about().or_else(|| command.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## `{path}`\n\n{about}\n\n```text\n{usage}\n```\n");
    let arguments = command.get_arguments().filter(|a| !a.is_hide_set() && (top || !a.is_global_set()));
    let rows: Vec<String> =
        arguments.filter(|a| !["help", "version"].contains(&a.get_id().as_str())).map(row).collect();
    if !rows.is_empty() {
        let _ = write!(page, "\n| argument | meaning |\n| --- | --- |\n{}", rows.concat());
    }
    for child in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        section(child, &format!("{path} {}", child.get_name()), false, page);
    }
}

fn row(argument: &clap::Arg) -> String {
    let values =
        argument.get_value_names().unwrap_or_default().iter().map(|v| v.as_str()).collect::<Vec<_>>().join(" ");
    let takes = argument.get_action().takes_values();
    let name = match (argument.get_short(), argument.get_long()) {
        (short, Some(long)) => {
            let short = short.map(|s| format!("-{s}, ")).unwrap_or_default();
            format!("{short}--{long}{}", if takes { format!(" {values}") } else { String::new() })
        }
        (Some(short), None) => format!("-{short}"),
        (None, None) => values,
    };
    let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let known: Vec<String> = argument.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect();
    if takes && !known.is_empty() {
        help = format!("{help}. One of {}", known.join(", "));
    }
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
    if takes && !defaults.is_empty() {
        help = format!("{help}. Default: {}", defaults.join(", "));
    }
    format!("| `{name}` | {} |\n", help.replace('|', "\\|").replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_global_option_is_in_the_reference() {
        let page = reference();
        for command in Cli::command().get_subcommands() {
            assert!(page.contains(&format!("## `karat {}`", command.get_name())), "{}", command.get_name());
        }
        assert!(page.contains("-p, --project FILE"));
    }
}
