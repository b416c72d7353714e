//! The steps of the guide, each done, not done, or not to be told, with what says so.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! The chain has the first word, as it is what the question is about. Where it cannot tell, the checkout does, for what it is
//! worth: nothing says that the chain runs it.

use crate::facts::CollatorKind;
use crate::facts::Facts;
use crate::facts::Para;
use crate::facts::RelayCheck;
use crate::source::Place;
use crate::source::Source;
use serde::Deserialize;
use serde::Serialize;

/// Whether a step is done.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
	/// It is.
	Done,
	/// It is not.
	NotDone,
	/// Nothing that was looked at tells.
	CannotTell,
}

/// A step of the guide.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Step {
	/// Its number, as in `1.4b`; `3.clock` is the section on timing by block number.
	pub id: String,
	/// What it is about.
	pub title: String,
	/// Whether it is done: by the chain, or else by the checkout.
	pub status: Status,
	/// What the chain says.
	pub chain: Status,
	/// What the checkout says.
	pub checkout: Status,
	/// Why, one sentence each.
	pub evidence: Vec<String>,
	/// Where the checkout has it.
	pub places: Vec<Place>,
	/// The page of the guide.
	pub guide: String,
}

/// What one side says of a step.
struct Word {
	status: Status,
	evidence: Option<String>,
	places: Vec<Place>,
}

fn done(evidence: impl Into<String>) -> Word {
	word(Status::Done, evidence)
}

fn not_done(evidence: impl Into<String>) -> Word {
	word(Status::NotDone, evidence)
}

fn cannot_tell(evidence: impl Into<String>) -> Word {
	word(Status::CannotTell, evidence)
}

fn word(status: Status, evidence: impl Into<String>) -> Word {
	Word { status, evidence: Some(evidence.into()), places: vec![] }
}

fn either(is: bool, evidence: impl Into<String>) -> Word {
	word(if is { Status::Done } else { Status::NotDone }, evidence)
}

/// A word of the checkout about one place in it.
fn at(status: Status, place: &Place) -> Word {
	Word { status, evidence: None, places: vec![place.clone()] }
}

fn there(place: Option<&Place>, what: &str) -> Word {
	match place {
		Some(place) => at(Status::Done, place),
		None => not_done(format!("the checkout has no {what}")),
	}
}

/// A step: its number, what it is about, its place in the guide, and who says what of it.
type Definition =
	(&'static str, &'static str, &'static str, fn(&Facts, &Para) -> Word, fn(&Source) -> Word);

const STEPS: [Definition; 22] = [
	(
		"1.1",
		"capacity and velocity",
		"phase-1.md#11-capacity-and-velocity",
		capacity_is_said,
		|source| {
			there(
				source
					.constants
					.get("UNINCLUDED_SEGMENT_CAPACITY")
					.or(source.hook.as_ref().filter(|_| !source.hook_numbers.is_empty())),
				"UNINCLUDED_SEGMENT_CAPACITY",
			)
		},
	),
	(
		"1.2",
		"the relay chain's slot",
		"phase-1.md#12-the-relay-chains-slot",
		relay_slot,
		|source| {
			let named = source.constants.get("RELAY_CHAIN_SLOT_DURATION_MILLIS");
			there(
				named.or(source.hook.as_ref().filter(|_| !source.hook_numbers.is_empty())),
				"RELAY_CHAIN_SLOT_DURATION_MILLIS",
			)
		},
	),
	(
		"1.3",
		"block time and slot duration",
		"phase-1.md#13-block-time-and-slot-duration",
		|_, _| cannot_tell("a constant's name is not on the chain"),
		|source| {
			there(
				source
					.constants
					.get("MILLISECS_PER_BLOCK")
					.and(source.constants.get("SLOT_DURATION")),
				"MILLISECS_PER_BLOCK and SLOT_DURATION",
			)
		},
	),
	("1.4a", "the consensus hook", "phase-1.md#14-parachain-system", hook, |source| match &source
		.hook
	{
		Some(place) if place.code.contains("FixedVelocityConsensusHook") => at(Status::Done, place),
		Some(place) => at(Status::NotDone, place),
		None => not_done("the checkout has no ConsensusHook"),
	}),
	(
		"1.4b",
		"the relay parent's number",
		"phase-1.md#14-parachain-system",
		relay_check,
		|source| match &source.relay_check {
			Some(place) if place.code.contains("StrictlyIncreases") => at(Status::NotDone, place),
			Some(place) => at(Status::Done, place),
			None => not_done("the checkout has no CheckAssociatedRelayNumber"),
		},
	),
	("1.5", "pallet-aura's slot duration", "phase-1.md#15-pallet-aura", aura_slot, |source| {
		match &source.slot_duration {
			Some(place) if named_constant(&place.code) => at(Status::Done, place),
			Some(place) => at(Status::NotDone, place),
			None => not_done("the checkout has no pallet_aura::Config::SlotDuration"),
		}
	}),
	("1.6", "the slot in the API", "phase-1.md#16-the-slot-in-the-api", api_slot, |source| {
		match &source.slot_duration_api {
			Some(place) if named_constant(&place.code) => at(Status::Done, place),
			Some(place) => at(Status::NotDone, place),
			None => not_done("the checkout has no AuraApi::slot_duration"),
		}
	}),
	(
		"1.7",
		"the API that says whether to build",
		"phase-1.md#17-the-api-that-says-whether-to-build",
		unincluded_api,
		|source| there(source.unincluded_api.as_ref(), "AuraUnincludedSegmentApi"),
	),
	(
		"1.8",
		"no CheckInherents",
		"phase-1.md#18-checkinherents",
		|_, _| cannot_tell("what validate_block is made of is not on the chain"),
		|source| match (&source.validate_block, &source.check_inherents) {
			(_, Some(place)) => at(Status::NotDone, place),
			(Some(place), None) => at(Status::Done, place),
			(None, None) => cannot_tell("the checkout has no register_validate_block!"),
		},
	),
	("2.1", "ValidationCode", "phase-2.md#21-validationcode", collators, |source| {
		in_node(source, source.validation_code.as_ref(), "import of ValidationCode")
	}),
	(
		"2.2",
		"a clone of the database for the tasks",
		"phase-2.md#22-a-clone-of-the-database-for-the-tasks",
		collators,
		|source| match &source.tasks_backend {
			Some(place) if place.code.contains("clone") => at(Status::Done, place),
			Some(place) => at(Status::NotDone, place),
			None => in_node(source, None, "SpawnTasksParams"),
		},
	),
	(
		"2.3",
		"the database for the collator",
		"phase-2.md#23-the-database-for-the-collator",
		collators,
		|source| in_node(source, source.consensus_backend.as_ref(), "backend in start_consensus"),
	),
	(
		"2.4",
		"lookahead instead of basic",
		"phase-2.md#24-lookahead-instead-of-basic",
		collators,
		|source| match (
			source.collators.get("lookahead").or(source.collators.get("slot_based")),
			source.collators.get("basic"),
		) {
			(Some(place), _) => at(Status::Done, place),
			(None, Some(place)) => at(Status::NotDone, place),
			(None, None) => in_node(source, None, "import of a collator"),
		},
	),
	("2.5", "the collator's parameters", "phase-2.md#25-the-parameters", collators, parameters),
	("2.6", "the collator's start", "phase-2.md#26-the-call", collators, |source| {
		let basic = source.collators.contains_key("basic") && source.collators.len() == 1;
		match &source.collator_run {
			Some(place) => at(if basic { Status::NotDone } else { Status::Done }, place),
			None => in_node(source, None, "call that starts a collator"),
		}
	}),
	(
		"3.1",
		"several blocks per slot",
		"phase-3.md#31-several-blocks-per-slot",
		several,
		|source| match &source.several_per_slot {
			Some(place) if place.code.contains("true") => at(Status::Done, place),
			Some(place) if place.code.contains("false") => at(Status::NotDone, place),
			Some(place) => at(Status::CannotTell, place),
			None => cannot_tell("the checkout has no AllowMultipleBlocksPerSlot"),
		},
	),
	("3.2", "capacity", "phase-3.md#32-capacity", capacity_is_raised, |source| {
		let place = source.constants.get("UNINCLUDED_SEGMENT_CAPACITY").or(source.hook.as_ref());
		match (source.hook_numbers.get(2).copied().flatten(), place) {
			(Some(capacity), Some(place)) if capacity > 1 => at(Status::Done, place),
			(Some(_), Some(place)) => at(Status::NotDone, place),
			_ => not_done("the checkout has no hook with a capacity"),
		}
	}),
	("3.3", "block time", "phase-3.md#33-block-time", block_time, |source| {
		match (
			source.numbers.get("MILLISECS_PER_BLOCK"),
			source.constants.get("MILLISECS_PER_BLOCK"),
		) {
			(Some(ms), Some(place)) => {
				at(if *ms <= 6000 { Status::Done } else { Status::NotDone }, place)
			},
			_ => cannot_tell("the checkout has no number MILLISECS_PER_BLOCK"),
		}
	}),
	("3.4", "weight", "phase-3.md#34-weight", weight, |source| {
		match (
			source.numbers.get("MAXIMUM_BLOCK_WEIGHT"),
			source.constants.get("MAXIMUM_BLOCK_WEIGHT"),
		) {
			(Some(time), Some(place)) => {
				at(if *time > HALF_A_SECOND { Status::Done } else { Status::NotDone }, place)
			},
			_ => cannot_tell("the checkout has no number MAXIMUM_BLOCK_WEIGHT"),
		}
	}),
	("3.5", "minimum period", "phase-3.md#35-minimum-period", minimum_period, |source| {
		let periods: Vec<(u64, &Place)> = source
			.minimum_periods
			.iter()
			.filter_map(|place| Some((source.get_type(place)?, place)))
			.collect();
		match periods.iter().max_by_key(|(ms, _)| *ms) {
			Some((ms, place)) => {
				at(if *ms <= HALF_A_SLOT { Status::Done } else { Status::NotDone }, place)
			},
			None => cannot_tell("the checkout has no MinimumPeriod that is a number"),
		}
	}),
	(
		"3.6",
		"the relay chain's parameters",
		"phase-3.md#36-the-relay-chains-parameters",
		relay_parameters,
		|_| cannot_tell("they are not in a checkout"),
	),
	(
		"3.clock",
		"timing by block number",
		"timing-by-block-number.md#what-to-look-for-in-your-chain",
		|_, _| cannot_tell("whose blocks a pallet counts is not in the metadata"),
		|source| match source.clocks.values().find(|place| !place.code.contains("Relay")) {
			Some(place) => at(Status::NotDone, place),
			None => match source.clocks.values().next() {
				Some(place) => at(Status::Done, place),
				None => cannot_tell("no pallet of the checkout has a BlockNumberProvider"),
			},
		},
	),
];

/// Half a second of execution, in picoseconds: what a block has before phase 3.
pub const HALF_A_SECOND: u64 = 500_000_000_000;
/// Half of a slot of 6 s, in milliseconds.
const HALF_A_SLOT: u64 = 3000;

/// All steps, judged by `facts`.
pub fn steps(facts: &Facts) -> Vec<Step> {
	let nothing = || Word { status: Status::CannotTell, evidence: None, places: vec![] };
	STEPS
		.iter()
		.map(|(id, title, guide, chain, checkout)| {
			let chain = facts.para.as_ref().map_or_else(nothing, |para| chain(facts, para));
			let checkout = match &facts.source {
				Some(source) if !id.starts_with('2') && !source.has_runtime() => {
					cannot_tell("the checkout has no runtime")
				},
				Some(source) => checkout(source),
				None => nothing(),
			};
			let status = match chain.status {
				Status::CannotTell => checkout.status,
				told => told,
			};
			let mut evidence = vec![];
			evidence.extend(chain.evidence);
			evidence.extend(checkout.evidence);
			let differ = chain.status != Status::CannotTell
				&& checkout.status != Status::CannotTell
				&& chain.status != checkout.status;
			if differ {
				evidence.push("the checkout is not what the chain runs".to_string());
			}
			Step {
				id: id.to_string(),
				title: title.to_string(),
				status,
				chain: chain.status,
				checkout: checkout.status,
				evidence,
				places: checkout.places,
				guide: format!("docs/guide/{guide}"),
			}
		})
		.collect()
}

/// Whether the code of a type or a function goes by the constant of step 1.3, or one of another name.
fn named_constant(code: &str) -> bool {
	code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').any(|word| {
		word.len() > 3
			&& word.chars().any(|letter| letter.is_ascii_alphabetic())
			&& word
				.chars()
				.all(|letter| letter.is_ascii_uppercase() || "_0123456789".contains(letter))
	}) || (code.contains("SlotDuration")
		&& !code.contains("slot_duration")
		&& !code.contains("::from"))
}

fn in_node(source: &Source, place: Option<&Place>, what: &str) -> Word {
	match place {
		None if !source.has_node() => cannot_tell("the checkout has no node"),
		place => there(place, what),
	}
}

fn parameters(source: &Source) -> Word {
	let Some(place) = &source.collator_params else {
		return in_node(source, None, "parameters of a collator");
	};
	let missing: Vec<&str> = ["para_backend", "code_hash_provider"]
		.into_iter()
		.filter(|name| !source.collator_fields.iter().any(|field| field == name))
		.collect();
	let mut word = match missing.as_slice() {
		[] => at(Status::Done, place),
		missing => Word {
			evidence: Some(format!("the checkout's parameters lack {}", missing.join(" and "))),
			..at(Status::NotDone, place)
		},
	};
	word.places.extend(source.authoring_duration.clone());
	word
}

fn hook(_: &Facts, para: &Para) -> Word {
	match para.velocity_hook.get() {
		Some(is) => either(is, &para.velocity_hook.how),
		None => cannot_tell(&para.velocity_hook.how),
	}
}

fn capacity_is_said(_: &Facts, para: &Para) -> Word {
	match (para.velocity_hook.get(), para.capacity.get()) {
		(Some(true), Some(bounds)) => done(format!("the hook's capacity is {bounds}")),
		(Some(true), None) => done("the hook has a capacity, which was not seen at work"),
		(Some(false), _) => not_done("there is no hook that would have them"),
		(None, _) => cannot_tell(&para.velocity_hook.how),
	}
}

fn relay_slot(facts: &Facts, para: &Para) -> Word {
	match para.velocity_hook.get() {
		Some(true) if !facts.watch.blocks.is_empty() => {
			done("the hook compares slots by it, and blocks pass")
		},
		Some(true) => cannot_tell("no block was seen that passed the hook"),
		Some(false) => not_done("there is no hook that would need it"),
		None => cannot_tell(&para.velocity_hook.how),
	}
}

fn relay_check(facts: &Facts, para: &Para) -> Word {
	let same = facts
		.watch
		.blocks
		.windows(2)
		.find(|pair| pair[0].relay_parent > 0 && pair[0].relay_parent == pair[1].relay_parent);
	if let Some(pair) = same {
		return done(format!(
			"#{} and #{} have one relay parent, #{}",
			pair[0].number, pair[1].number, pair[0].relay_parent
		));
	}
	match para.relay_check.get() {
		Some(check) => either(check != RelayCheck::Strict, &para.relay_check.how),
		None => cannot_tell(format!(
			"no two blocks were seen with one relay parent, and {}",
			para.relay_check.how
		)),
	}
}

fn aura_slot(_: &Facts, para: &Para) -> Word {
	match (para.slot_duration_pallet.get(), para.minimum_period.get()) {
		(Some(slot), Some(period)) if slot != period * 2 => done(format!(
			"the slot is {slot} ms, and not derived from the minimum period, {period} ms"
		)),
		(Some(slot), _) if para.velocity_hook.get() == Some(false) => {
			cannot_tell(format!("the slot is {slot} ms, from wherever"))
		},
		(Some(slot), _) => cannot_tell(format!(
			"the slot is {slot} ms, twice the minimum period, or derived from it"
		)),
		(None, _) => cannot_tell(&para.slot_duration_pallet.how),
	}
}

fn api_slot(_: &Facts, para: &Para) -> Word {
	match (para.slot_duration_api.get(), para.slot_duration_pallet.get()) {
		(Some(api), Some(pallet)) if api != pallet => {
			not_done(format!("the API says {api} ms, the pallet {pallet} ms"))
		},
		(Some(api), Some(_)) if para.velocity_hook.get() == Some(true) => {
			done(format!("API and pallet say {api} ms"))
		},
		(Some(api), Some(_)) => {
			cannot_tell(format!("API and pallet say {api} ms, one perhaps by asking the other"))
		},
		(None, _) => cannot_tell(&para.slot_duration_api.how),
		(_, None) => cannot_tell(&para.slot_duration_pallet.how),
	}
}

fn unincluded_api(_: &Facts, para: &Para) -> Word {
	match para.unincluded_api.get() {
		Some(0) => not_done("the runtime has no AuraUnincludedSegmentApi"),
		Some(version) => {
			done(format!("the runtime has AuraUnincludedSegmentApi, version {version}"))
		},
		None => cannot_tell(&para.unincluded_api.how),
	}
}

/// What is known of how the collators build: all of those that were asked, or made blocks, have to agree.
pub fn collator_kinds(facts: &Facts) -> Vec<(String, CollatorKind)> {
	let asked = facts.collators.iter().filter_map(|it| Some((it.url.clone(), it.kind.get()?)));
	let mut kinds: Vec<(String, CollatorKind)> = asked.collect();
	for block in &facts.watch.blocks {
		// Only the slot-based collator names its core.
		if let (Some(author), true) = (block.author, block.digest.iter().any(|it| it == "CMLS.1")) {
			let name = format!("authority {author}");
			if !kinds.iter().any(|(known, _)| *known == name) {
				kinds.push((name, CollatorKind::SlotBased));
			}
		}
	}
	kinds
}

fn collators(facts: &Facts, _: &Para) -> Word {
	let kinds = collator_kinds(facts);
	if kinds.is_empty() {
		return cannot_tell("blocks of either collator look alike: give --metrics of each");
	}
	let said: Vec<String> = kinds.iter().map(|(who, kind)| format!("{who} is {kind}")).collect();
	either(kinds.iter().all(|(_, kind)| kind.ahead()), said.join(", "))
}

fn several(facts: &Facts, para: &Para) -> Word {
	let same = facts
		.watch
		.blocks
		.windows(2)
		.find(|pair| pair[0].slot.is_some() && pair[0].slot == pair[1].slot);
	if let Some(pair) = same {
		return done(format!("#{} and #{} have one slot", pair[0].number, pair[1].number));
	}
	match para.several_per_slot.get() {
		Some(is) => either(is, &para.several_per_slot.how),
		None => cannot_tell(format!(
			"no two blocks were seen in one slot, and {}",
			para.several_per_slot.how
		)),
	}
}

fn capacity_is_raised(_: &Facts, para: &Para) -> Word {
	if para.velocity_hook.get() == Some(false) {
		return not_done("there is no hook that would have one");
	}
	match para.capacity.get() {
		Some(bounds) if bounds.at_least > 1 => done(format!("the capacity is {bounds}")),
		Some(bounds) if bounds.at_most == Some(1) => not_done("the capacity is 1"),
		Some(bounds) => cannot_tell(format!("the capacity is {bounds}")),
		None => cannot_tell(&para.capacity.how),
	}
}

fn block_time(facts: &Facts, para: &Para) -> Word {
	let Some(slot) = para.slot_duration_api.get().or(para.slot_duration_pallet.get()) else {
		return cannot_tell(&para.slot_duration_api.how);
	};
	if slot <= 6000 {
		return done(format!("the slot is {slot} ms"));
	}
	match crate::measure::mean_ms(&facts.watch) {
		Some(mean) if mean < 0.75 * slot as f64 => {
			done(format!("the slot is {slot} ms, and blocks come every {:.1} s", mean / 1000.0))
		},
		_ => not_done(format!("the slot is {slot} ms")),
	}
}

fn weight(_: &Facts, para: &Para) -> Word {
	match para.max_ref_time.get() {
		Some(time) => either(
			time > HALF_A_SECOND,
			format!("a block may use {:.2} s of execution", time as f64 / 1e12),
		),
		None => cannot_tell(&para.max_ref_time.how),
	}
}

fn minimum_period(_: &Facts, para: &Para) -> Word {
	match para.minimum_period.get() {
		Some(period) => either(period <= HALF_A_SLOT, format!("the minimum period is {period} ms")),
		None => cannot_tell(&para.minimum_period.how),
	}
}

fn relay_parameters(facts: &Facts, _: &Para) -> Word {
	let Some(relay) = &facts.relay else { return cannot_tell("no relay chain was asked") };
	let Some(on) = relay.active.asynchronous() else {
		return cannot_tell(&relay.active.lookahead.how);
	};
	let said = match relay.active.lookahead.get() {
		Some(lookahead) => format!("the relay chain's lookahead is {lookahead}"),
		None => format!(
			"the relay chain's max_candidate_depth is {}",
			relay.active.max_candidate_depth.value.unwrap_or_default()
		),
	};
	let coming = relay.pending.iter().find(|it| it.parameters.asynchronous() == Some(!on));
	either(
		on,
		match coming {
			Some(pending) => format!(
				"{said}, and {} from session {} on, {} now",
				pending.parameters.depth().unwrap_or_default(),
				pending.session,
				relay.session.value.unwrap_or_default()
			),
			None => said,
		},
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::examples;

	fn status(facts: &Facts, id: &str) -> Option<Status> {
		steps(facts).into_iter().find(|step| step.id == id).map(|step| step.status)
	}

	fn done(facts: &Facts) -> Vec<String> {
		let of = steps(facts).into_iter().filter(|step| step.status == Status::Done);
		of.map(|step| step.id).collect()
	}

	#[test]
	fn each_stage_has_done_the_steps_of_its_phases() {
		let nothing: [&str; 0] = [];
		assert_eq!(done(&examples::sync()), nothing);
		let phase_1 = ["1.1", "1.2", "1.4a", "1.4b", "1.6", "1.7"];
		assert_eq!(done(&examples::phase_1()), phase_1);
		let phase_3 = ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6"];
		assert_eq!(done(&examples::phase_3()), [&phase_1[..], &phase_3[..]].concat());
	}

	#[test]
	fn no_step_of_a_later_phase_is_taken_for_done() {
		for id in ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6"] {
			assert_eq!(status(&examples::phase_1(), id), Some(Status::NotDone), "{id}");
		}
		for id in ["1.1", "1.2", "1.4a", "1.4b", "1.7"] {
			assert_eq!(status(&examples::sync(), id), Some(Status::NotDone), "{id}");
		}
	}

	#[test]
	fn phase_2_is_told_by_the_collators_metrics() {
		let phase_2 = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];
		for id in phase_2 {
			assert_eq!(status(&examples::phase_1(), id), Some(Status::CannotTell), "{id}");
			let basic = examples::with_collators(examples::phase_1(), &[CollatorKind::Basic]);
			assert_eq!(status(&basic, id), Some(Status::NotDone), "{id}");
			let ahead = examples::with_collators(examples::phase_1(), &[CollatorKind::Lookahead]);
			assert_eq!(status(&ahead, id), Some(Status::Done), "{id}");
		}
	}

	#[test]
	fn parameters_that_are_decided_are_told_with_their_session() {
		let mut facts = examples::phase_3();
		examples::synchronous_relay(&mut facts);
		if let Some(relay) = &mut facts.relay {
			relay
				.pending
				.push(crate::facts::Pending { session: 9, parameters: examples::parameters(3) });
		}
		let step = steps(&facts).into_iter().find(|step| step.id == "3.6");
		let step = step.map(|step| (step.status, step.evidence.join(" ")));
		let said = step.as_ref().map(|(_, said)| said.as_str()).unwrap_or_default();
		assert!(said.contains("3 from session 9 on"), "{said}");
		assert_eq!(step.map(|(status, _)| status), Some(Status::NotDone));
	}

	#[test]
	fn a_constant_is_told_from_a_number_and_a_question() {
		assert!(named_constant("ConstU64<SLOT_DURATION>"));
		assert!(named_constant("{ sp_consensus_aura::SlotDuration::from_millis(SLOT_DURATION) }"));
		assert!(!named_constant("ConstU64<12000>"));
		assert!(!named_constant("pallet_aura::MinimumPeriodTimesTwo<Runtime>"));
		let asks = "{ sp_consensus_aura::SlotDuration::from_millis(Aura::slot_duration()) }";
		assert!(!named_constant(asks));
	}
}
