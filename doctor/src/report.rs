//! What is said of a chain: on a terminal, as JSON, and by an exit code.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::facts::Bounds;
use crate::facts::Facts;
use crate::facts::Known;
use crate::facts::RelayCheck;
use crate::measure::measure;
use crate::measure::Measured;
use crate::phase::phase;
use crate::phase::Name;
use crate::phase::Phase;
use crate::rules::judge;
use crate::rules::Finding;
use crate::rules::Severity;
use crate::steps::steps;
use crate::steps::Status;
use crate::steps::Step;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// The version of the JSON form: raised when a field is renamed, removed or means something else.
pub const VERSION: u32 = 1;

/// Everything that is said. Its JSON form is documented in `docs/doctor.md` and keeps its names.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Report {
	/// The version of this form.
	pub version: u32,
	/// The phase and what comes next.
	pub phase: Phase,
	/// The steps of the guide, in its order.
	pub steps: Vec<Step>,
	/// What is wrong, the worst first.
	pub findings: Vec<Finding>,
	/// What the blocks amount to.
	pub measured: Measured,
	/// What all of it is judged by.
	pub facts: Facts,
}

impl Report {
	/// Judges `facts`.
	pub fn of(facts: Facts) -> Self {
		let steps = steps(&facts);
		Self {
			version: VERSION,
			phase: phase(&facts, &steps),
			findings: judge(&facts),
			measured: measure(&facts.watch),
			steps,
			facts,
		}
	}

	/// Whether nothing was found but what is only to be known.
	pub fn healthy(&self) -> bool {
		self.findings.iter().all(|finding| finding.severity == Severity::Note)
	}
}

impl fmt::Display for Report {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		if let Some(para) = &self.facts.para {
			writeln!(
				out,
				"{}, parachain {}, {} {}, best #{}, final #{}: {}",
				plain(&para.chain),
				para.para_id.get().map_or_else(|| "?".to_string(), |id| id.to_string()),
				plain(&para.spec_name),
				para.spec_version,
				para.best,
				para.finalized,
				para.url
			)?;
		}
		if let Some(relay) = &self.facts.relay {
			let show = |number: Option<u32>| number.map_or("?".to_string(), |it| it.to_string());
			writeln!(
				out,
				"{}, relay chain, best #{}, lookahead {}, {} cores for it: {}",
				plain(&relay.chain),
				relay.best,
				show(relay.active.lookahead.get()),
				show(relay.cores.get()),
				relay.url
			)?;
		}
		if let Some(source) = &self.facts.source {
			writeln!(out, "a checkout of {} Rust files", source.files)?;
		}
		self.write_known(out)?;
		writeln!(out, "\nPhase: {}", self.phase.name)?;
		for why in &self.phase.why {
			writeln!(out, "  {}", plain(why))?;
		}
		writeln!(out, "\nSteps")?;
		for step in &self.steps {
			let mark = match step.status {
				Status::Done => "done       ",
				Status::NotDone => "not done   ",
				Status::CannotTell => "cannot tell",
			};
			writeln!(out, "  {mark}  {:7}  {}", step.id, step.title)?;
			for line in &step.evidence {
				writeln!(out, "{:24}{}", "", plain(line))?;
			}
			for place in &step.places {
				writeln!(out, "{:24}{}", "", plain(&place.to_string()))?;
			}
		}
		self.write_measured(out)?;
		if self.findings.is_empty() {
			writeln!(out, "\nNothing is wrong that a rule knows of.")?;
		} else {
			writeln!(out, "\nFindings")?;
		}
		for finding in &self.findings {
			writeln!(out, "  {} {}: {}", finding.severity, finding.rule, finding.sentence)?;
			for line in &finding.evidence {
				writeln!(out, "    {}", plain(line))?;
			}
			writeln!(out, "    {} See {}.", finding.remedy, finding.guide)?;
		}
		if !self.phase.touches.is_empty() {
			let title = match self.phase.name {
				Name::Phase3 | Name::Between => "What is not done",
				_ => "The patch for the next phase touches",
			};
			writeln!(out, "\n{title}")?;
			for line in &self.phase.touches {
				writeln!(out, "  {}", plain(line))?;
			}
		}
		write!(out, "\nNext: {}. See {}.", self.phase.next, self.phase.guide)
	}
}

impl Report {
	/// What is known of both chains, with where it is from.
	fn write_known(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		let ms = |ms: &u64| format!("{ms} ms");
		if let Some(para) = &self.facts.para {
			writeln!(out, "\nThe parachain")?;
			let version = |version: &u32| match version {
				0 => "none".to_string(),
				version => format!("version {version}"),
			};
			row(out, "AuraUnincludedSegmentApi", &para.unincluded_api, version)?;
			row(out, "system_version", &para.system_version, u32::to_string)?;
			row(out, "slot, by the API", &para.slot_duration_api, ms)?;
			row(out, "slot, by the pallet", &para.slot_duration_pallet, ms)?;
			row(out, "minimum period", &para.minimum_period, ms)?;
			let hook = |is: &bool| match is {
				true => "of fixed velocity".to_string(),
				false => "another".to_string(),
			};
			row(out, "consensus hook", &para.velocity_hook, hook)?;
			let check = |check: &RelayCheck| format!("{check:?}").to_lowercase();
			row(out, "relay parent's number", &para.relay_check, check)?;
			let slot = |several: &bool| match several {
				true => "several".to_string(),
				false => "one".to_string(),
			};
			row(out, "blocks per slot", &para.several_per_slot, slot)?;
			let seconds = |time: &u64| format!("{:.2} s", *time as f64 / 1e12);
			row(out, "execution time of a block", &para.max_ref_time, seconds)?;
			let bytes = |bytes: &u64| format!("{bytes} bytes");
			row(out, "proof of a block", &para.max_proof_size, bytes)?;
			row(out, "capacity", &para.capacity, Bounds::to_string)?;
			row(out, "authorities", &para.authorities, u32::to_string)?;
		}
		if let Some(relay) = &self.facts.relay {
			writeln!(out, "\nThe relay chain")?;
			row(out, "session", &relay.session, u32::to_string)?;
			row(out, "block time", &relay.block_ms, ms)?;
			row(out, "the parachain's state", &relay.lifecycle, String::clone)?;
			row(out, "the parachain's cores", &relay.cores, u32::to_string)?;
			row(out, "node features", &relay.node_features, |on| format!("{on:?}"))?;
			let coming = relay.pending.iter().map(|it| (Some(it.session), &it.parameters));
			for (session, of) in std::iter::once((None, &relay.active)).chain(coming) {
				if let Some(session) = session {
					writeln!(out, "  from session {session} on")?;
				}
				row(out, "lookahead", &of.lookahead, u32::to_string)?;
				row(out, "candidate depth", &of.max_candidate_depth, u32::to_string)?;
				row(out, "ancestry", &of.allowed_ancestry_len, u32::to_string)?;
			}
		}
		Ok(())
	}

	fn write_measured(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		let measured = &self.measured;
		let Some(mean) = measured.mean_ms else { return Ok(()) };
		let seconds = |ms: Option<u64>| ms.unwrap_or_default() as f64 / 1000.0;
		writeln!(out, "\nMeasured")?;
		writeln!(
			out,
			"  time between {} blocks: mean {:.2} s, median {:.1} s, {:.1} to {:.1} s",
			measured.intervals + 1,
			mean / 1000.0,
			seconds(measured.median_ms),
			seconds(measured.min_ms),
			seconds(measured.max_ms)
		)?;
		let counts: Vec<String> = measured
			.histogram
			.iter()
			.map(|(second, count)| format!("{second} s: {count}"))
			.collect();
		writeln!(out, "  whole seconds: {}", counts.join(", "))?;
		let steps: Vec<String> = measured
			.relay_parent_steps
			.iter()
			.map(|(by, count)| format!("{count} by {by}"))
			.collect();
		writeln!(out, "  relay parents go on: {}", steps.join(", "))?;
		let authors: Vec<String> =
			measured.authors.iter().map(|(who, count)| format!("{who}: {count}")).collect();
		writeln!(
			out,
			"  blocks by authority: {}; {} in the slot of the block before",
			authors.join(", "),
			measured.in_the_slot_before
		)?;
		if measured.relay_blocks > 0 {
			writeln!(
				out,
				"  relay blocks that back one: {} of {}, session changes left out ({})",
				measured.backing_blocks, measured.relay_blocks, measured.session_changes
			)?;
			writeln!(
				out,
				"  candidates: {} backed, {} included, {} timed out",
				measured.backed, measured.included, measured.timed_out
			)?;
		}
		let lasts = [
			("unincluded segment", measured.longest_segment.map(f64::from), "blocks at the most"),
			("backed to included", measured.inclusion_lag, "relay blocks"),
			("best to final", measured.finality_lag, "blocks"),
			("announced for each final one", measured.authored_per_final, "blocks"),
			("best block abandoned", self.facts.watch.reorgs.get().map(f64::from), "times"),
		];
		for (name, number, unit) in lasts {
			if let Some(number) = number {
				writeln!(out, "  {name}: {} {unit}", (number * 10.0).round() / 10.0)?;
			}
		}
		Ok(())
	}
}

fn row<T>(
	out: &mut fmt::Formatter<'_>,
	name: &str,
	known: &Known<T>,
	show: impl Fn(&T) -> String,
) -> fmt::Result {
	let value = known.value.as_ref().map_or_else(|| "not known".to_string(), show);
	writeln!(out, "  {name:26}{} ({})", plain(&value), plain(&known.how))
}

/// `text` as it may go to a terminal: what a server says could move the cursor.
fn plain(text: &str) -> String {
	text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(400).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::examples;
	use crate::examples::known;
	use crate::facts::Pending;

	#[test]
	fn a_healthy_chain_is_said_to_be_so() {
		let report = Report::of(examples::phase_3());
		assert!(report.healthy());
		let said = report.to_string();
		let parts = [
			"Phase: phase 3",
			"Nothing is wrong",
			"Next: nothing",
			"median 6.0 s",
			"best to final: 3 blocks",
			"best block abandoned: 1 times",
		];
		for part in parts {
			assert!(said.contains(part), "{part} is missing in\n{said}");
		}
	}

	#[test]
	fn what_was_not_watched_is_not_said() {
		let mut facts = examples::phase_3();
		facts.watch.reorgs = Known::missing("x");
		facts.watch.announced = Known::missing("x");
		facts.watch.finality_lag = vec![];
		let said = Report::of(facts).to_string();
		for part in ["best to final", "announced", "abandoned"] {
			assert!(!said.contains(part), "{part} is in\n{said}");
		}
	}

	#[test]
	fn parameters_that_wait_are_said_with_their_session() {
		let mut facts = examples::phase_3();
		if let Some(relay) = &mut facts.relay {
			relay.pending = vec![Pending { session: 9, parameters: examples::parameters(2) }];
		}
		let said = Report::of(facts).to_string();
		let coming = said.split("from session 9 on").nth(1).unwrap_or_default();
		for part in ["lookahead                 2", "candidate depth           2"] {
			assert!(coming.contains(part), "{part} is missing in\n{said}");
		}
	}

	#[test]
	fn a_finding_is_said_with_evidence_remedy_and_page() {
		let mut facts = examples::phase_3();
		examples::synchronous_relay(&mut facts);
		let report = Report::of(facts);
		assert!(!report.healthy());
		let said = report.to_string();
		for part in ["warning capacity-above-relay", "takes 1 at a time", "36-the-relay-chains"] {
			assert!(said.contains(part), "{part} is missing in\n{said}");
		}
	}

	#[test]
	fn a_note_is_no_reason_for_another_exit_code() {
		let mut facts = examples::sync();
		if let Some(para) = &mut facts.para {
			para.upgrade_pending = known(true);
		}
		let report = Report::of(facts);
		assert_eq!(report.findings.len(), 1);
		assert!(report.healthy());
	}

	#[test]
	fn json_comes_back_and_says_the_same() -> anyhow::Result<()> {
		let report = Report::of(examples::phase_1());
		let json = serde_json::to_string(&report)?;
		assert_eq!(serde_json::from_str::<Report>(&json)?, report);
		let value: serde_json::Value = serde_json::from_str(&json)?;
		assert_eq!(value["phase"]["name"], "phase-1-or-2");
		assert_eq!(value["steps"][3]["status"], "done");
		assert_eq!(value["version"], 1);
		Ok(())
	}

	#[test]
	fn what_a_server_says_does_not_move_the_cursor() {
		let mut facts = examples::sync();
		if let Some(para) = &mut facts.para {
			para.chain = "\u{1b}[2Jgone\n".to_string();
		}
		assert!(!Report::of(facts).to_string().contains('\u{1b}'));
	}
}
