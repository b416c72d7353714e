//! Which phase the chain is in, and what comes next.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::facts::Facts;
use crate::source::Source;
use crate::steps::collator_kinds;
use crate::steps::Status;
use crate::steps::Step;
use serde::Deserialize;
use serde::Serialize;
use std::fmt;

/// A phase of the migration.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
	/// The chain before: each block waits for the inclusion of the one before.
	Sync,
	/// The runtime says when to build; collators are the old ones.
	#[serde(rename = "phase-1")]
	Phase1,
	/// The runtime says when to build; whether collators are the new ones is not known.
	#[serde(rename = "phase-1-or-2")]
	Phase1Or2,
	/// The runtime says when to build, and all collators that were asked build ahead.
	#[serde(rename = "phase-2")]
	Phase2,
	/// Asynchronous backing is on.
	#[serde(rename = "phase-3")]
	Phase3,
	/// Between two phases, as no upgrade of the guide leaves a chain.
	Between,
	/// Too little is known.
	Unknown,
}

impl fmt::Display for Name {
	fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
		out.write_str(match self {
			Name::Sync => "sync",
			Name::Phase1 => "phase 1",
			Name::Phase1Or2 => "phase 1 or 2",
			Name::Phase2 => "phase 2",
			Name::Phase3 => "phase 3",
			Name::Between => "between two phases",
			Name::Unknown => "not to be told",
		})
	}
}

/// The phase, with its reasons.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Phase {
	/// Its name.
	pub name: Name,
	/// Why, one sentence each.
	pub why: Vec<String>,
	/// What to do next.
	pub next: String,
	/// The page of the guide that says how.
	pub guide: String,
	/// Where the patch for the next phase would touch the checkout.
	pub touches: Vec<String>,
}

/// The steps that decide.
const DECIDE: [&str; 4] = ["1.4a", "1.7", "3.1", "3.2"];

/// The phase that `steps` amount to. What decides is what a runtime does, not what its code is called: the hook and the API are
/// phase 1's, several blocks in a slot and a capacity above 1 are phase 3's.
pub fn phase(facts: &Facts, steps: &[Step]) -> Phase {
	let step = |id: &str| {
		let found = steps.iter().find(|step| step.id == id);
		found.map_or(Status::CannotTell, |step| step.status)
	};
	let ready = [step("1.4a"), step("1.7")];
	let active = [step("3.1"), step("3.2")];
	let unknown: Vec<&str> =
		DECIDE.into_iter().filter(|id| step(id) == Status::CannotTell).collect();
	let all = |of: &[Status], what: Status| of.iter().all(|status| *status == what);
	let name = if all(&ready, Status::NotDone) && !active.contains(&Status::Done) {
		Name::Sync
	} else if all(&ready, Status::Done) && all(&active, Status::Done) {
		Name::Phase3
	} else if all(&ready, Status::Done)
		&& active.contains(&Status::NotDone)
		&& !active.contains(&Status::Done)
	{
		by_collators(facts, step("2.4"))
	} else if ready.contains(&Status::CannotTell)
		|| all(&ready, Status::Done) && active.contains(&Status::CannotTell)
	{
		Name::Unknown
	} else {
		Name::Between
	};
	let mut why = vec![];
	if name == Name::Unknown {
		let mut known = DECIDE.into_iter().filter(|id| !unknown.contains(id));
		let rest = match unknown.len() == 1 && known.all(|id| step(id) == Status::Done) {
			true => "; the others are done: phase 3 with it, and between two phases without",
			false => "",
		};
		why.push(format!("what decides cannot be told: {}{rest}", unknown.join(", ")));
	}
	why.extend(
		steps
			.iter()
			.filter(|step| ["2.4", "3.6"].contains(&&*step.id) || DECIDE.contains(&&*step.id))
			.filter_map(|step| Some(format!("{}: {}", step.id, step.evidence.first()?))),
	);
	let (next, guide) = next(facts, name, steps);
	Phase { name, why, next, guide: format!("docs/guide/{guide}"), touches: touches(name, steps) }
}

/// The phase of a chain whose runtime is phase 1's, `step` being 2.4.
fn by_collators(facts: &Facts, step: Status) -> Name {
	let kinds = collator_kinds(facts);
	if !kinds.is_empty() {
		let ahead = kinds.iter().all(|(_, kind)| kind.ahead());
		return if ahead { Name::Phase2 } else { Name::Phase1 };
	}
	// The checkout stands for collators that nobody asked, unless it is another version's.
	let version = |source: &Source| source.number(source.spec_version.as_ref());
	let differs = match (&facts.para, &facts.source) {
		(Some(para), Some(source)) => version(source) != Some(para.spec_version.into()),
		_ => false,
	};
	match step {
		Status::Done if !differs => Name::Phase2,
		Status::NotDone if !differs => Name::Phase1,
		_ => Name::Phase1Or2,
	}
}

/// What to do next, and the page that says how.
fn next(facts: &Facts, name: Name, steps: &[Step]) -> (String, &'static str) {
	let pending = facts.para.as_ref().is_some_and(|para| para.upgrade_pending.get() == Some(true));
	if pending {
		return (
			"wait: an upgrade is stored, and the relay chain has not let it through yet"
				.to_string(),
			"README.md#the-order",
		);
	}
	let (next, guide) = match name {
		Name::Sync => ("phase 1: upgrade the runtime", "phase-1.md"),
		Name::Phase1 => ("phase 2: every collator's node, one after the other", "phase-2.md"),
		Name::Phase1Or2 if facts.para.is_none() => (
			"phase 2, if collators are not ahead yet: give the node's checkout to know; then phase 3",
			"phase-2.md",
		),
		Name::Phase1Or2 => (
			"phase 2, if collators are not ahead yet: give --metrics of each to know; then phase 3",
			"phase-2.md",
		),
		Name::Phase2 => ("phase 3: what counts blocks first, then the runtime", "phase-3.md"),
		Name::Phase3 if facts.para.is_none() => (
			"nothing in the checkout: give --para and --relay, to see the chain run it",
			"phase-3.md#how-to-see-that-it-worked",
		),
		Name::Phase3 => ("nothing: the migration is done", "phase-3.md#how-to-see-that-it-worked"),
		Name::Between => {
			("finish the phase whose steps are done in part, before another", "README.md#the-order")
		},
		Name::Unknown if facts.para.is_some() => {
			("ask a node with the chain's newest state", "README.md#the-order")
		},
		Name::Unknown if facts.source.as_ref().is_some_and(|source| !source.has_runtime()) => (
			"give the checkout of the runtime, or --para and --relay: a node alone has no phase",
			"README.md#the-order",
		),
		Name::Unknown => (
			"give --para and --relay, or a checkout that has what this one takes from elsewhere",
			"README.md#the-order",
		),
	};
	let left: Vec<&Step> = left(name, steps).collect();
	match left.as_slice() {
		[] => (next.to_string(), guide),
		[step] if name == Name::Phase3 && step.id == "3.6" => (
			"step 3.6: the relay chain's parameters".to_string(),
			"phase-3.md#36-the-relay-chains-parameters",
		),
		left => {
			let ids: Vec<&str> = left.iter().map(|step| step.id.as_str()).collect();
			let then = match name {
				Name::Phase3 => String::new(),
				_ => format!("; then {next}"),
			};
			(format!("what is left of before: {}{then}", ids.join(", ")), "README.md#the-order")
		},
	}
}

/// The steps of the phases up to this one that are not done, although the phase is called by its name.
fn left(name: Name, steps: &[Step]) -> impl Iterator<Item = &Step> {
	let phases = match name {
		Name::Phase1 | Name::Phase1Or2 => "1",
		Name::Phase2 => "12",
		Name::Phase3 => "123",
		Name::Sync | Name::Between | Name::Unknown => "",
	};
	// Once blocks come faster, heights that were stored are converted, or too late.
	let clock = |step: &&Step| step.id == "3.clock";
	steps
		.iter()
		.filter(|step| step.status == Status::NotDone)
		.filter(|step| step.id.starts_with(|phase: char| phases.contains(phase)))
		.filter(move |step| !clock(step))
}

/// Where in the checkout the patch for the next phase has something to do: what is there and not as the phase wants it, or not
/// there. What is left of the phases before is in it.
fn touches(name: Name, steps: &[Step]) -> Vec<String> {
	let is = |id: &str, status| steps.iter().any(|step| step.id == id && step.status == status);
	let phases = match name {
		Name::Sync => "1",
		Name::Phase1 | Name::Phase1Or2 => "12",
		// Nothing of phase 3 is begun.
		Name::Between if !is("3.1", Status::Done) && !is("3.2", Status::Done) => "1",
		Name::Phase2 | Name::Phase3 | Name::Between => "123",
		Name::Unknown => "",
	};
	steps
		.iter()
		.filter(|step| step.checkout == Status::NotDone)
		.filter(|step| step.id.starts_with(|phase: char| phases.contains(phase)))
		.filter(|step| name != Name::Phase3 || step.id != "3.clock")
		.flat_map(|step| {
			let lines: Vec<String> = match step.places.as_slice() {
				[] => vec![format!("{} {}: to be added", step.id, step.title)],
				places => places
					.iter()
					.map(|place| format!("{} {}: {place}", step.id, step.title))
					.collect(),
			};
			lines
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::examples;
	use crate::facts::Bounds;
	use crate::facts::CollatorKind;
	use crate::facts::Known;
	use crate::facts::Para;
	use crate::steps::steps;

	fn of(facts: &Facts) -> Phase {
		phase(facts, &steps(facts))
	}

	fn with(mut facts: Facts, change: impl FnOnce(&mut Para)) -> Facts {
		if let Some(para) = &mut facts.para {
			change(para);
		}
		facts
	}

	#[test]
	fn each_stage_is_named() {
		assert_eq!(of(&examples::sync()).name, Name::Sync);
		assert_eq!(of(&examples::phase_1()).name, Name::Phase1Or2);
		assert_eq!(of(&examples::phase_3()).name, Name::Phase3);
	}

	#[test]
	fn the_collators_tell_phase_1_from_phase_2() {
		let with =
			|kinds: &[CollatorKind]| of(&examples::with_collators(examples::phase_1(), kinds)).name;
		assert_eq!(with(&[CollatorKind::Basic, CollatorKind::Basic]), Name::Phase1);
		assert_eq!(with(&[CollatorKind::Lookahead, CollatorKind::Basic]), Name::Phase1);
		assert_eq!(with(&[CollatorKind::Lookahead, CollatorKind::SlotBased]), Name::Phase2);
		// Before phase 1 new collators change nothing.
		let early = examples::with_collators(examples::sync(), &[CollatorKind::Lookahead]);
		assert_eq!(of(&early).name, Name::Sync);
	}

	#[test]
	fn half_of_phase_3_is_between() {
		let half = with(examples::phase_3(), |para| {
			para.capacity = Known::found(Bounds { at_least: 1, at_most: Some(1) }, "x");
		});
		assert_eq!(of(&half).name, Name::Between);
		let hookless = with(examples::phase_1(), |para| {
			para.velocity_hook = Known::found(false, "x");
		});
		assert_eq!(of(&hookless).name, Name::Between);
		let early = with(examples::sync(), |para| {
			para.several_per_slot = Known::found(true, "x");
		});
		assert_eq!(of(&early).name, Name::Between);
	}

	#[test]
	fn what_is_not_known_is_no_phase() {
		let facts = Facts { para: Some(Para::default()), ..Facts::default() };
		assert_eq!(of(&facts).name, Name::Unknown);
		let half = with(examples::phase_3(), |para| para.capacity = Known::missing("x"));
		assert_eq!(of(&half).name, Name::Unknown);
	}

	#[test]
	fn the_last_step_is_the_relay_chains() {
		let mut facts = examples::phase_3();
		assert!(of(&facts).next.contains("done"));
		examples::synchronous_relay(&mut facts);
		let phase = of(&facts);
		assert_eq!(phase.name, Name::Phase3);
		assert!(phase.next.contains("3.6"), "{}", phase.next);
	}

	#[test]
	fn an_upgrade_on_its_way_is_waited_for() {
		let facts = with(examples::sync(), |para| {
			para.upgrade_pending = Known::found(true, "x");
		});
		let phase = of(&facts);
		assert_eq!(phase.name, Name::Sync);
		assert!(phase.next.starts_with("wait"), "{}", phase.next);
	}
}
