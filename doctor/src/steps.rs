//! The steps of the guide, each done, not done, or not to be told, with what says so.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! The chain has the first word, as it is what the question is about. Where it cannot tell, the checkout does, for what it is
//! worth: nothing says that the chain runs it.

use crate::facts::CollatorKind;
use crate::facts::Facts;
use crate::facts::Para;
use crate::facts::RelayCheck;
use crate::source::is_constant;
use crate::source::words;
use crate::source::Place;
use crate::source::Source;
use crate::source::AURA;
use crate::source::FIXED_VELOCITY;
use crate::source::PARACHAIN_SYSTEM;
use crate::source::UNINCLUDED;
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

/// The same, with why.
fn because(status: Status, evidence: impl Into<String>, place: &Place) -> Word {
	Word { evidence: Some(evidence.into()), ..at(status, place) }
}

fn there(place: Option<&Place>, what: &str) -> Word {
	match place {
		Some(place) => at(Status::Done, place),
		None => not_done(format!("the checkout has no {what}")),
	}
}

/// A constant of the guide: one that is only named may be anything.
fn constant(source: &Source, name: &str) -> Word {
	match (source.constants.get(name), source.outside.get(name)) {
		(Some(place), _) => at(Status::Done, place),
		(None, Some(place)) => because(Status::CannotTell, source.unknown(name), place),
		(None, None) => not_done(format!("the checkout has no {name}")),
	}
}

/// What is in no pallet's configuration: of a pallet that is not configured there, nothing is known.
fn unconfigured(source: &Source, pallet: &str, what: &str) -> Word {
	match source.configures(pallet) {
		true => not_done(format!("the checkout has no {what}")),
		false => cannot_tell(format!("the checkout does not configure {pallet}")),
	}
}

/// What no runtime API has.
fn no_api(source: &Source, what: &str) -> Word {
	match &source.foreign_apis {
		Some(place) => because(
			Status::CannotTell,
			format!("the checkout has no {what}, but a macro from elsewhere that implements APIs"),
			place,
		),
		None if !source.apis => cannot_tell("the checkout implements no runtime API"),
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
		|source| said_to_the_hook(source, "UNINCLUDED_SEGMENT_CAPACITY"),
	),
	(
		"1.2",
		"the relay chain's slot",
		"phase-1.md#12-the-relay-chains-slot",
		relay_slot,
		|source| said_to_the_hook(source, "RELAY_CHAIN_SLOT_DURATION_MILLIS"),
	),
	(
		"1.3",
		"block time and slot duration",
		"phase-1.md#13-block-time-and-slot-duration",
		|_, _| cannot_tell("a constant's name is not on the chain"),
		block_and_slot,
	),
	("1.4a", "the consensus hook", "phase-1.md#14-parachain-system", hook, hook_in_code),
	(
		"1.4b",
		"the relay parent's number",
		"phase-1.md#14-parachain-system",
		relay_check,
		|source| match &source.relay_check {
			Some(place) if place.code.contains("StrictlyIncreases") => at(Status::NotDone, place),
			Some(place)
				if ["MonotonicallyIncreases", "AnyRelayNumber"]
					.iter()
					.any(|it| place.code.contains(it)) =>
			{
				at(Status::Done, place)
			},
			Some(place) => unfamiliar(place),
			None => unconfigured(source, PARACHAIN_SYSTEM, "CheckAssociatedRelayNumber"),
		},
	),
	(
		"1.5",
		"pallet-aura's slot duration",
		"phase-1.md#15-pallet-aura",
		aura_slot,
		aura_slot_in_code,
	),
	("1.6", "the slot in the API", "phase-1.md#16-the-slot-in-the-api", api_slot, |source| {
		match &source.slot_duration_api {
			Some(place) if named_constant(&place.code) => at(Status::Done, place),
			// Where that is a constant, it is the same one.
			Some(place)
				if ["::slot_duration()", "SlotDuration::get()"]
					.iter()
					.any(|it| place.code.contains(it)) =>
			{
				let said = match aura_slot_in_code(source).status {
					Status::Done => "the API asks pallet_aura, whose slot is a constant",
					Status::NotDone => "the API asks pallet_aura, whose slot is no constant",
					Status::CannotTell => "the API asks pallet_aura, whose slot is not known",
				};
				because(aura_slot_in_code(source).status, said, place)
			},
			Some(place) if words(&place.code).any(|word| word.starts_with(char::is_numeric)) => {
				at(Status::NotDone, place)
			},
			Some(place) => unfamiliar(place),
			None if !source.configures(AURA) => unconfigured(source, AURA, ""),
			None => no_api(source, "AuraApi::slot_duration"),
		}
	}),
	(
		"1.7",
		"the API that says whether to build",
		"phase-1.md#17-the-api-that-says-whether-to-build",
		unincluded_api,
		|source| match &source.unincluded_api {
			Some(place) => at(Status::Done, place),
			None => no_api(source, UNINCLUDED),
		},
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
		let used = with_field(source, "code_hash_provider");
		in_node(source, source.validation_code.as_ref().or(used), "import of ValidationCode")
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
		|source| {
			let used = with_field(source, "para_backend");
			let place = source.consensus_backend.as_ref().or(used);
			in_node(source, place, "backend in start_consensus")
		},
	),
	(
		"2.4",
		"lookahead instead of basic",
		"phase-2.md#24-lookahead-instead-of-basic",
		collators,
		|source| match (ahead(source), behind(source)) {
			(Some(place), None) => at(Status::Done, place),
			(None, Some(place)) => at(Status::NotDone, place),
			(Some(ahead), Some(behind)) => Word {
				places: vec![ahead.clone(), behind.clone()],
				..cannot_tell("the node has collators of both kinds: which one runs, it is told")
			},
			(None, None) => in_node(source, None, "import of a collator"),
		},
	),
	("2.5", "the collator's parameters", "phase-2.md#25-the-parameters", collators, parameters),
	("2.6", "the collator's start", "phase-2.md#26-the-call", collators, |source| {
		match &source.collator_run {
			Some(place) => at(
				match (ahead(source), behind(source)) {
					(None, Some(_)) => Status::NotDone,
					(Some(_), Some(_)) => Status::CannotTell,
					(_, None) => Status::Done,
				},
				place,
			),
			None => in_node(source, None, "call that starts a collator"),
		}
	}),
	(
		"3.1",
		"several blocks per slot",
		"phase-3.md#31-several-blocks-per-slot",
		several,
		|source| match &source.several_per_slot {
			Some(place) => match source.parameter(place).map(|it| it.code.as_str()) {
				Some(code) if code.contains("true") => at(Status::Done, place),
				Some(code) if code.contains("false") => at(Status::NotDone, place),
				_ => unfamiliar(place),
			},
			None => cannot_tell("the checkout has no AllowMultipleBlocksPerSlot"),
		},
	),
	("3.2", "capacity", "phase-3.md#32-capacity", capacity_is_raised, capacity_in_code),
	("3.3", "block time", "phase-3.md#33-block-time", block_time, block_time_in_code),
	("3.4", "weight", "phase-3.md#34-weight", weight, |source| {
		match number(source, "MAXIMUM_BLOCK_WEIGHT") {
			Ok((time, place)) => {
				at(if time > HALF_A_SECOND { Status::Done } else { Status::NotDone }, place)
			},
			Err(word) => word,
		}
	}),
	("3.5", "minimum period", "phase-3.md#35-minimum-period", minimum_period, |source| {
		let periods = source.minimum_periods.iter();
		let known: Vec<(u64, &Place)> =
			periods.filter_map(|place| Some((source.get_type(place)?, place))).collect();
		match (known.iter().max_by_key(|(ms, _)| *ms), source.minimum_periods.first()) {
			(Some((ms, place)), _) => {
				at(if *ms <= HALF_A_SLOT { Status::Done } else { Status::NotDone }, place)
			},
			(None, Some(place)) => because(Status::CannotTell, source.unknown(&place.code), place),
			(None, None) => cannot_tell("the checkout has no MinimumPeriod"),
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
		clocks,
	),
];

/// Half a second of execution, in picoseconds: what a block has before phase 3.
pub const HALF_A_SECOND: u64 = 500_000_000_000;
/// Half of a slot of 6 s, in milliseconds.
const HALF_A_SLOT: u64 = 3000;

/// The collators that make two blocks on one relay parent: on other chains their absence proves nothing about the runtime.
const MAKERS: &str =
	"the slot-based collator on several cores makes them, and the lookahead collator of SDK 2606 or older";

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
				Some(source) => several_of(source, id).unwrap_or_else(|| checkout(source)),
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

/// What decides a step, and is in the checkout more than once, or with a feature only.
fn several_of(source: &Source, id: &str) -> Option<Word> {
	let item = match id {
		"1.4a" | "3.2" => "ConsensusHook",
		"1.4b" => "CheckAssociatedRelayNumber",
		"1.5" => "SlotDuration",
		"1.6" => "slot_duration",
		"1.7" => UNINCLUDED,
		"3.1" => "AllowMultipleBlocksPerSlot",
		_ => return None,
	};
	let places = source.ambiguous.get(item)?.clone();
	let evidence = match places.len() {
		1 => format!("the checkout has {item} with a feature only"),
		_ => format!("the checkout has {item} more than once, and not alike"),
	};
	Some(Word { places, ..cannot_tell(evidence) })
}

/// Something that nothing is known of.
fn unfamiliar(place: &Place) -> Word {
	because(Status::CannotTell, format!("what {} does is not known", place.code), place)
}

/// What the hook is told, as a constant or not.
fn said_to_the_hook(source: &Source, name: &str) -> Word {
	let told = source.hook_arguments().len();
	match (source.constants.get(name), &source.hook) {
		(Some(place), _) => at(Status::Done, place),
		(None, Some(hook)) if told > 2 => at(Status::Done, hook),
		(None, Some(hook)) if told > 0 => {
			because(Status::CannotTell, format!("the hook may not need {name}"), hook)
		},
		_ => match hook_in_code(source) {
			hook if hook.status == Status::CannotTell => hook,
			_ => constant(source, name),
		},
	}
}

fn block_and_slot(source: &Source) -> Word {
	let block = constant(source, "MILLISECS_PER_BLOCK");
	// The slot's may have another name.
	let code = source.slot_duration.as_ref().map(|place| place.code.as_str()).unwrap_or_default();
	let named = words(code).find(|word| is_constant(word)).unwrap_or("SLOT_DURATION");
	let slot = match named {
		"SLOT_DURATION" => match constant(source, named) {
			missing if missing.status == Status::NotDone => unconfigured(source, AURA, named),
			word => word,
		},
		named => match source.constants.get(named) {
			Some(place) => at(Status::Done, place),
			None => cannot_tell(source.unknown(named)),
		},
	};
	match (block.status, slot.status) {
		(Status::Done, _) => slot,
		(_, Status::Done) | (Status::CannotTell, _) => block,
		(Status::NotDone, Status::CannotTell) => slot,
		(Status::NotDone, Status::NotDone) => {
			not_done(format!("the checkout has no MILLISECS_PER_BLOCK and {named}"))
		},
	}
}

fn hook_in_code(source: &Source) -> Word {
	let waits = ["ExpectParentIncluded", "RequireParentIncluded"];
	match &source.hook {
		Some(place) if place.code.contains(FIXED_VELOCITY) => at(Status::Done, place),
		Some(place) if waits.iter().any(|it| place.code.contains(it)) => at(Status::NotDone, place),
		Some(place) => unfamiliar(place),
		None => unconfigured(source, PARACHAIN_SYSTEM, "ConsensusHook"),
	}
}

fn aura_slot_in_code(source: &Source) -> Word {
	let Some(place) = &source.slot_duration else {
		return unconfigured(source, AURA, "pallet_aura::Config::SlotDuration");
	};
	// A parameter's name tells nothing of what is behind it.
	let Some(behind) = source.parameter(place) else { return unfamiliar(place) };
	let code = &behind.code;
	let constant = behind != place && source.get_type(place).is_some();
	if code.contains("MinimumPeriod") || words(code).all(|word| word.starts_with(char::is_numeric))
	{
		at(Status::NotDone, place)
	} else if constant || named_constant(code) {
		at(Status::Done, place)
	} else if source.get_type(place).is_some() {
		at(Status::NotDone, place)
	} else {
		unfamiliar(place)
	}
}

fn capacity_in_code(source: &Source) -> Word {
	let hook = hook_in_code(source);
	let (Status::Done, Some(place)) = (hook.status, &source.hook) else {
		return match hook.status {
			Status::CannotTell => hook,
			_ => not_done("the checkout has no hook with a capacity"),
		};
	};
	let code = source.hook_arguments().pop().unwrap_or_default();
	match source.hook_numbers.as_slice() {
		[_, velocity, Some(capacity)] => {
			let name = code.trim_matches(['{', '}', ' ']);
			let place = source.constants.get(name).unwrap_or(place);
			let velocity = velocity.map_or("unknown".to_string(), |it| it.to_string());
			let status = if *capacity > 1 { Status::Done } else { Status::NotDone };
			because(status, format!("the capacity is {capacity}, the velocity {velocity}"), place)
		},
		_ => because(Status::CannotTell, source.unknown(&code), place),
	}
}

fn block_time_in_code(source: &Source) -> Word {
	let status = |ms| if ms <= 6000 { Status::Done } else { Status::NotDone };
	let unknown = match number(source, "MILLISECS_PER_BLOCK") {
		Ok((ms, place)) => return at(status(ms), place),
		Err(word) => word,
	};
	// Several blocks may share a longer slot.
	let several = source.several_per_slot.as_ref().is_none_or(|it| !it.code.contains("false"));
	match (source.slot_ms(), &source.slot_duration) {
		(Some(ms), Some(place)) if ms <= 6000 || !several => {
			because(status(ms), format!("the slot is {ms} ms"), place)
		},
		_ => unknown,
	}
}

/// A constant's number and place, or that it is not known.
fn number<'a>(source: &'a Source, name: &str) -> Result<(u64, &'a Place), Word> {
	match (source.numbers.get(name), source.constants.get(name)) {
		(Some(number), Some(place)) => Ok((*number, place)),
		(_, Some(place)) => Err(because(Status::CannotTell, source.unknown(name), place)),
		_ => Err(match source.outside.get(name) {
			Some(place) => because(Status::CannotTell, source.unknown(name), place),
			None => cannot_tell(format!("the checkout has no {name}")),
		}),
	}
}

fn clocks(source: &Source) -> Word {
	// What identifies a block stays on the chain's own.
	let clocks = source.clocks.iter().filter(|(pallet, _)| *pallet != "pallet_multisig");
	let (relay, other): (Vec<&Place>, Vec<&Place>) =
		clocks.map(|(_, place)| place).partition(|place| place.code.contains("Relay"));
	let own: Vec<Place> = other
		.iter()
		.filter(|place| words(&place.code).any(|word| ["System", "frame_system"].contains(&word)))
		.map(|place| (*place).clone())
		.collect();
	match (own.is_empty(), other.first(), relay.first()) {
		(false, ..) => Word { status: Status::NotDone, evidence: None, places: own },
		(true, Some(place), _) => unfamiliar(place),
		(true, None, Some(place)) => at(Status::Done, place),
		(true, None, None) => cannot_tell("no pallet of the checkout has a BlockNumberProvider"),
	}
}

/// A collator that builds ahead of what is included.
fn ahead(source: &Source) -> Option<&Place> {
	source.collators.get("lookahead").or(source.collators.get("slot_based"))
}

/// One that waits for it.
fn behind(source: &Source) -> Option<&Place> {
	source.collators.get("basic").or(source.collators.get("AuraConsensus"))
}

/// The collator's parameters, if they have that field.
fn with_field<'a>(source: &'a Source, name: &str) -> Option<&'a Place> {
	let has = source.collator_fields.iter().any(|field| field == name);
	source.collator_params.as_ref().filter(|_| has)
}

/// Whether the code of a type or a function goes by the constant of step 1.3, or one of another name.
fn named_constant(code: &str) -> bool {
	words(code).any(is_constant)
		|| (code.contains("SlotDuration")
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
			"{}; no two blocks were seen with one relay parent, which is no sign: {MAKERS}",
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
			"{}; no two blocks were seen in one slot, which is no sign: in a slot of 6 s, {MAKERS}",
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
	use crate::facts::Known;
	use crate::rules::judge;

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

	/// The chain of phase 3, with two blocks on each relay parent and in each slot.
	fn in_pairs() -> Facts {
		let mut facts = examples::phase_3();
		for pair in facts.watch.blocks.chunks_exact_mut(2) {
			(pair[1].relay_parent, pair[1].slot) = (pair[0].relay_parent, pair[0].slot);
		}
		facts
	}

	#[test]
	fn two_blocks_with_one_relay_parent_or_slot_are_a_sign() {
		let mut facts = in_pairs();
		without_words(&mut facts);
		for id in ["1.4b", "3.1"] {
			assert_eq!(status(&facts, id), Some(Status::Done), "{id}");
		}
	}

	/// Nothing is known from the code on the chain.
	fn without_words(facts: &mut Facts) {
		if let Some(para) = &mut facts.para {
			para.relay_check = Known::missing("no words");
			para.several_per_slot = Known::missing("no words");
		}
	}

	#[test]
	fn that_no_two_blocks_have_one_relay_parent_or_slot_is_no_sign() {
		// As the lookahead collator makes them since 2609.
		let mut facts = examples::phase_3();
		let statuses =
			|facts: &Facts| steps(facts).iter().map(|step| step.status).collect::<Vec<_>>();
		assert_eq!(statuses(&facts), statuses(&in_pairs()));
		assert_eq!(judge(&facts), vec![]);
		without_words(&mut facts);
		assert_eq!(judge(&facts), vec![]);
		for id in ["1.4b", "3.1"] {
			let step = steps(&facts).into_iter().find(|step| step.id == id);
			let step = step.map(|step| (step.status, step.evidence.join(" ")));
			let (status, said) = step.unwrap_or((Status::Done, String::new()));
			assert_eq!(status, Status::CannotTell, "{id}");
			assert!(said.starts_with("no words; no two blocks"), "{id}: {said}");
			assert!(said.contains("no sign") && said.contains("slot-based"), "{id}: {said}");
			assert!(said.contains("2606 or older"), "{id}: {said}");
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
