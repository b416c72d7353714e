//! What a rehearsal found, as JSON and as one page that needs no network.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::chart;
use crate::intervals;
use crate::intervals::Mark;
use crate::intervals::Point;
use crate::intervals::Stretch;
use crate::ledger::Ledger;
use crate::load::now_ms;
use crate::logs::Logs;
use crate::session::Session;
use crate::sync::Synced;
use crate::upgrade::Upgrade;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// The page; what is in double braces is filled in.
const PAGE: &str = include_str!("report.html");
/// How many messages of the logs the page lists.
const MESSAGES: usize = 60;

/// Something that has to hold.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
	/// What.
	pub name: String,
	/// Whether it did.
	pub held: bool,
	/// The numbers.
	pub numbers: String,
}

impl Check {
	/// A check with its outcome.
	pub fn of(name: &str, held: bool, numbers: String) -> Self {
		Self { name: name.to_string(), held, numbers }
	}

	/// One that failed for the reason `why`.
	pub fn failed(name: &str, why: &str) -> Self {
		Self::of(name, false, why.to_string())
	}
}

/// Something that was tried on a live network: a wrong turn, or a fault.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Case {
	/// Its name on the command line.
	pub name: String,
	/// What was done.
	pub what: String,
	/// What came of it, in one sentence.
	pub outcome: String,
	/// The numbers behind it.
	pub facts: Vec<(String, String)>,
	/// The blocks before and after.
	pub stretches: Vec<Stretch>,
	/// What the logs said.
	pub logs: Logs,
}

impl Case {
	/// Notes a fact.
	pub fn fact(&mut self, name: &str, value: impl ToString) {
		let value = value.to_string();
		println!("    {name}: {value}");
		self.facts.push((name.to_string(), value));
	}

	/// Notes a stretch of blocks.
	pub fn stretch(&mut self, stretch: Stretch) {
		println!("    {}", line(&stretch));
		self.stretches.push(stretch);
	}
}

/// How much a stage got through.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Throughput {
	/// The stage.
	pub stage: String,
	/// How many blocks were measured.
	pub blocks: usize,
	/// From the timestamp of the first to that of the last, in seconds.
	pub seconds: f64,
	/// How many transfers were in them, finalized.
	pub transfers: usize,
	/// Transfers per second.
	pub transfers_per_second: f64,
	/// Transfers per block.
	pub transfers_per_block: f64,
	/// Execution time that transactions were charged per minute, in seconds.
	pub ref_time_s_per_minute: f64,
	/// The execution time that transactions of a block were charged, in per cent of what the runtime allows them.
	pub full_percent: f64,
	/// The size of proof that transactions of a block were charged, in kilobytes.
	pub proof_kb_per_block: f64,
	/// The same in per cent of what the runtime allows them.
	pub proof_full_percent: f64,
	/// The mean block time, in seconds.
	pub block_s: f64,
	/// The median block time, in seconds: session changes are the exception, and do not move it.
	pub median_block_s: f64,
	/// How long it took to make a block, in milliseconds: the median and the longest.
	pub prepared_ms: (u64, u64),
	/// Why no more transactions went into the blocks that were made, forks included: the proposer's words, and how often.
	pub ended: BTreeMap<String, u32>,
}

/// What a rehearsal found. Its JSON form keeps its names: add fields, rename none.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
	/// What was rehearsed.
	pub title: String,
	/// When it began, in milliseconds since 1970.
	pub started_ms: u64,
	/// How long it took, in seconds.
	pub seconds: f64,
	/// What had to hold.
	pub checks: Vec<Check>,
	/// What happened when.
	pub marks: Vec<Mark>,
	/// Baselines.
	pub stretches: Vec<Stretch>,
	/// The collators' names, by the index of their authority.
	pub authors: BTreeMap<u32, String>,
	/// Upgrades.
	pub upgrades: Vec<Upgrade>,
	/// The users' account.
	pub ledger: Option<Ledger>,
	/// The fresh node.
	pub synced: Option<Synced>,
	/// Wrong turns or faults.
	pub cases: Vec<Case>,
	/// Throughput, stage by stage.
	pub throughput: Vec<Throughput>,
	/// The logs.
	pub logs: Logs,
	/// Every canonical block.
	pub blocks: Vec<Point>,
}

impl Report {
	/// An empty report.
	pub fn new(title: &str) -> Self {
		println!("{title}");
		Self { title: title.to_string(), started_ms: now_ms(), ..Self::default() }
	}

	/// Takes over what the session saw.
	pub async fn see(&mut self, session: &Session) {
		self.marks = session.marks.clone();
		self.blocks = intervals::points(&*session.follower.history().await);
		for point in &self.blocks {
			let name = session.collator(point.author).to_string();
			self.authors.entry(point.author).or_insert(name);
		}
	}

	/// Writes `NAME.json`, `NAME.html` and, where there are blocks, the chart as `NAME.svg` to `directory`.
	pub fn write(&mut self, directory: &Path, name: &str) -> Result<()> {
		self.seconds = now_ms().saturating_sub(self.started_ms) as f64 / 1000.0;
		std::fs::create_dir_all(directory)?;
		let mut files = vec![
			(format!("{name}.json"), serde_json::to_string_pretty(self)?),
			(format!("{name}.html"), self.page()),
		];
		if !self.blocks.is_empty() {
			files.push((format!("{name}.svg"), chart::intervals(&self.blocks, &self.marks)));
		}
		for (file, text) in files {
			let path = directory.join(file);
			std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
			println!("  wrote {}", path.display());
		}
		Ok(())
	}

	/// Prints the checks.
	pub fn print(&self) {
		for check in &self.checks {
			println!(
				"{} {}: {}",
				if check.held { "ok  " } else { "FAIL" },
				check.name,
				check.numbers
			);
		}
	}

	/// An error if something did not hold.
	pub fn verdict(&self) -> Result<()> {
		let failed: Vec<_> = self
			.checks
			.iter()
			.filter(|check| !check.held)
			.map(|check| check.name.as_str())
			.collect();
		ensure!(failed.is_empty(), "did not hold: {}", failed.join("; "));
		Ok(())
	}

	fn page(&self) -> String {
		let mut body = String::new();
		self.put_checks(&mut body);
		self.put_charts(&mut body);
		self.put_stretches(&mut body);
		self.put_upgrades(&mut body);
		self.put_ledger(&mut body);
		self.put_synced(&mut body);
		self.put_throughput(&mut body);
		self.put_cases(&mut body);
		put_logs(&mut body, &self.logs);
		PAGE.replace("{{title}}", &escape(&self.title))
			.replace("{{minutes}}", &format!("{:.0}", self.seconds / 60.0))
			.replace("{{body}}", &body)
	}

	fn put_checks(&self, out: &mut String) {
		if self.checks.is_empty() {
			return;
		}
		let rows = self.checks.iter().map(|check| {
			let held = if check.held { "holds" } else { "DOES NOT HOLD" };
			vec![held.to_string(), check.name.clone(), check.numbers.clone()]
		});
		put_table(out, "What had to hold", &["", "", "numbers"], rows);
	}

	fn put_charts(&self, out: &mut String) {
		if self.blocks.is_empty() {
			return;
		}
		let charts = [
			("Time between blocks", chart::intervals(&self.blocks, &self.marks)),
			("From relay parent to inclusion", chart::lags(&self.blocks, &self.marks)),
			("Transactions per minute", chart::transactions(&self.blocks)),
		];
		for (title, svg) in charts {
			let _ = writeln!(out, "<h2>{title}</h2>\n<figure>{svg}</figure>");
		}
		let start = self.blocks.first().map_or(0, |point| point.timestamp_ms);
		let rows = self.marks.iter().enumerate().map(|(index, mark)| {
			let minutes = mark.at_ms.saturating_sub(start) as f64 / 60_000.0;
			let number = (index + 1).to_string();
			vec![number, format!("{minutes:.1}"), format!("#{}", mark.height), mark.name.clone()]
		});
		put_table(out, "Marks", &["", "minute", "final", ""], rows);
	}

	fn put_stretches(&self, out: &mut String) {
		put_stretches(out, "Stretches", &self.stretches);
		if !self.authors.is_empty() {
			let names = self.authors.iter().map(|(index, name)| format!("{index} is {name}"));
			let names = escape(&names.collect::<Vec<_>>().join(", "));
			let _ = writeln!(out, "<p>Authors: {names}.</p>");
		}
	}

	fn put_upgrades(&self, out: &mut String) {
		let rows = self.upgrades.iter().map(|upgrade| {
			vec![
				upgrade.spec_version.to_string(),
				upgrade.code_bytes.to_string(),
				format!("{:.0}", upgrade.authorize_s),
				format!("{:.0}", upgrade.apply_s),
				format!("{:.0}", upgrade.go_ahead_s),
				format!("{:.0}", upgrade.enacted_s),
			]
		});
		let heads = [
			"spec_version",
			"code, bytes",
			"authorized, s",
			"submitted, s",
			"until the go-ahead, s",
			"until final, s",
		];
		put_table(out, "Upgrades", &heads, rows);
	}

	fn put_ledger(&self, out: &mut String) {
		let Some(ledger) = &self.ledger else { return };
		let facts = [
			("submitted", ledger.submitted.to_string()),
			("in a finalized block exactly once", ledger.once.to_string()),
			("lost", format!("{:?}", ledger.lost)),
			("repeated", format!("{:?}", ledger.repeated)),
			("succeeded", ledger.succeeded.to_string()),
			("failed in their block", format!("{:?}", ledger.failed)),
			("refused by the nodes", format!("{:?}", ledger.refused)),
			("submission to block, median", format!("{:.1} s", ledger.wait_ms.0 as f64 / 1000.0)),
			("submission to block, 95 %", format!("{:.1} s", ledger.wait_ms.1 as f64 / 1000.0)),
			("signing held for upgrades", format!("{:.0} s", ledger.held_s)),
			("fees, smallest unit", ledger.fees.to_string()),
			("locks opened", ledger.opened.to_string()),
			("openings refused as too early", ledger.refused_openings.to_string()),
		];
		let rows = facts.map(|(name, value)| vec![name.to_string(), value]);
		put_table(out, "Transactions", &["", ""], rows.into_iter());
		let rows = ledger.balances.iter().map(|balance| {
			vec![
				balance.account.to_string(),
				balance.is.to_string(),
				balance.expected.to_string(),
				balance.held.to_string(),
				balance.locked.to_string(),
			]
		});
		put_table(out, "Balances", &["sender", "is", "should be", "on hold", "locked"], rows);
		let seconds = |late: Option<i64>| {
			late.map_or("-".to_string(), |late| format!("{:+.0}", late as f64 / 1000.0))
		};
		let rows = ledger.locks.iter().map(|lock| {
			vec![
				lock.id.to_string(),
				format!("#{}", lock.made_in),
				seconds(lock.late_ms()),
				seconds(lock.behind_plan_ms()),
				lock.refused_before.to_string(),
				lock.opened_ms.is_some().to_string(),
			]
		});
		let heads = [
			"lock",
			"made in",
			"late by what was left at the change of clock, s",
			"late by the plan when made, s",
			"refused before",
			"opened",
		];
		put_table(out, "Locks made before the change of clock", &heads, rows);
	}

	fn put_synced(&self, out: &mut String) {
		let Some(synced) = &self.synced else { return };
		let rows = synced.compared.iter().map(|block| {
			vec![
				format!("#{}", block.number),
				block.spec_version.to_string(),
				block.state_root.clone(),
				if block.same { "the same" } else { "ANOTHER" }.to_string(),
			]
		});
		let title = format!("A fresh node at #{} after {:.0} s", synced.height, synced.seconds);
		put_table(out, &title, &["block", "spec_version", "state root", "fresh node"], rows);
	}

	fn put_throughput(&self, out: &mut String) {
		let rows = self.throughput.iter().map(|stage| {
			let ended = stage.ended.iter().map(|(end, count)| format!("{count} × {end}"));
			vec![
				stage.stage.clone(),
				stage.blocks.to_string(),
				stage.transfers.to_string(),
				format!("{:.1}", stage.transfers_per_second),
				format!("{:.0}", stage.transfers_per_block),
				format!("{:.2}", stage.ref_time_s_per_minute),
				format!("{:.0}", stage.full_percent),
				format!("{:.0}", stage.proof_kb_per_block),
				format!("{:.0}", stage.proof_full_percent),
				format!("{:.2}", stage.block_s),
				format!("{:.2}", stage.median_block_s),
				format!("{}, {}", stage.prepared_ms.0, stage.prepared_ms.1),
				ended.collect::<Vec<_>>().join(", "),
			]
		});
		let heads = [
			"stage",
			"blocks",
			"transfers",
			"per second",
			"per block",
			"execution, s per minute",
			"full, %",
			"proof, kB per block",
			"of its limit, %",
			"block time, mean, s",
			"median, s",
			"made in, median, longest, ms",
			"what ended a block",
		];
		put_table(out, "Throughput", &heads, rows);
	}

	fn put_cases(&self, out: &mut String) {
		for case in &self.cases {
			let _ = writeln!(
				out,
				"<h2>{}</h2>\n<p>{}</p>\n<p><b>{}</b></p>",
				escape(&case.name),
				escape(&case.what),
				escape(&case.outcome)
			);
			let rows = case.facts.iter().map(|(name, value)| vec![name.clone(), value.clone()]);
			put_table(out, "", &["", ""], rows);
			put_stretches(out, "", &case.stretches);
			put_logs(out, &case.logs);
		}
	}
}

/// A stretch in one line.
pub fn line(stretch: &Stretch) -> String {
	format!(
		"{}: {} intervals, mean {:.2} s, longest {:.0} s; authored {}, reorgs {}, {} of {} relay blocks backed one",
		stretch.name,
		stretch.intervals,
		stretch.mean_ms / 1000.0,
		stretch.max_ms as f64 / 1000.0,
		stretch.authored,
		stretch.reorgs,
		stretch.backing,
		stretch.relay_blocks
	)
}

fn put_stretches(out: &mut String, title: &str, stretches: &[Stretch]) {
	let rows = stretches.iter().map(|stretch| {
		let seconds = |ms: f64| format!("{:.2}", ms / 1000.0);
		let histogram = stretch.histogram.iter().map(|(s, count)| format!("{count} × {s} s"));
		let authors = stretch.authors.iter().map(|(author, count)| format!("{author}: {count}"));
		vec![
			stretch.name.clone(),
			format!("#{} to #{}", stretch.first, stretch.last),
			seconds(stretch.mean_ms),
			histogram.collect::<Vec<_>>().join(", "),
			format!("{:.2}", stretch.authored_per_included()),
			stretch.reorgs.to_string(),
			format!("{} of {}", stretch.backing, stretch.relay_blocks),
			stretch.session_changes.to_string(),
			format!("{:.1}", stretch.inclusion_lag),
			authors.collect::<Vec<_>>().join(", "),
		]
	});
	let heads = [
		"",
		"blocks",
		"mean, s",
		"intervals",
		"authored per included",
		"reorgs",
		"relay blocks that backed one, session changes left out",
		"session changes",
		"relay parent to inclusion, relay blocks",
		"blocks by author",
	];
	put_table(out, title, &heads, rows);
}

fn put_logs(out: &mut String, logs: &Logs) {
	let rows = logs.messages.iter().take(MESSAGES).map(|message| {
		let nodes = message.nodes.iter().map(|(node, count)| format!("{node} {count}"));
		vec![
			message.count().to_string(),
			message.text.clone(),
			nodes.collect::<Vec<_>>().join(", "),
			message.expected.clone().unwrap_or_else(|| "not expected".to_string()),
		]
	});
	let title = format!(
		"In the logs: {} panics, {} reorgs, {} lines that nobody expects",
		logs.panics, logs.reorgs, logs.unexpected
	);
	put_table(out, &title, &["", "message", "nodes", "expected, because"], rows);
}

/// A table, if it has rows.
fn put_table(
	out: &mut String,
	title: &str,
	heads: &[&str],
	rows: impl Iterator<Item = Vec<String>>,
) {
	let rows: Vec<_> = rows.collect();
	if rows.is_empty() {
		return;
	}
	if !title.is_empty() {
		let _ = writeln!(out, "<h2>{}</h2>", escape(title));
	}
	let cells = |tag: &str, cells: &[String]| -> String {
		cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escape(cell))).collect()
	};
	let heads: Vec<_> = heads.iter().map(|head| head.to_string()).collect();
	let _ = writeln!(out, "<table>\n<tr>{}</tr>", cells("th", &heads));
	for row in rows {
		let _ = writeln!(out, "<tr>{}</tr>", cells("td", &row));
	}
	out.push_str("</table>\n");
}

/// `text` for HTML and SVG.
pub fn escape(text: &str) -> String {
	text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
	use super::*;

	fn report() -> Report {
		let point = |number: u32| Point {
			number,
			hash: String::new(),
			timestamp_ms: u64::from(number) * 12_000,
			interval_ms: (number > 1).then_some(12_000),
			author: 0,
			relay_parent: number * 2,
			backed_in: Some(number * 2 + 1),
			included_in: Some(number * 2 + 2),
			transactions: 3,
			spec_version: 1,
		};
		let mark = Mark { name: "a <mark>".into(), at_ms: 30_000, height: 2 };
		Report {
			title: "A & B".into(),
			checks: vec![Check::of("it holds", true, "1 < 2".into())],
			marks: vec![mark],
			blocks: (1..=9).map(point).collect(),
			..Report::default()
		}
	}

	#[test]
	fn the_page_is_whole_and_needs_nothing_else() {
		let page = report().page();
		assert!(!page.contains("{{"), "{page}");
		assert!(page.contains("A &amp; B") && page.contains("1 &lt; 2"));
		assert_eq!(page.matches("<svg").count(), 3);
		for outside in ["src=", "href=", "@import", "url("] {
			assert!(!page.contains(outside), "the page needs {outside}");
		}
	}

	#[test]
	fn a_check_that_fails_is_the_verdict() {
		let mut report = report();
		assert!(report.verdict().is_ok());
		report.checks.push(Check::failed("speed", "too slow"));
		let said = report.verdict().map_err(|error| error.to_string());
		assert_eq!(said.err().as_deref(), Some("did not hold: speed"));
	}
}
