//! Checkouts that look otherwise than the template's: what is in them is found, and what is not is not guessed.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::Context;
use anyhow::Result;
use doctor::facts::Facts;
use doctor::phase::Name;
use doctor::report::Report;
use doctor::source;
use doctor::steps::Status;
use doctor::steps::Step;

/// A runtime of phase 3, in one file.
const RUNTIME: &str = "
pub const MILLISECS_PER_BLOCK: u64 = 6000;
pub const SLOT_DURATION: u64 = MILLISECS_PER_BLOCK;
const UNINCLUDED_SEGMENT_CAPACITY: u32 = 3;
const BLOCK_PROCESSING_VELOCITY: u32 = 1;
const RELAY_CHAIN_SLOT_DURATION_MILLIS: u32 = 6000;
const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND * 2, 1);
parameter_types! {
	pub Weights: BlockWeights = with(MAXIMUM_BLOCK_WEIGHT);
}
type ConsensusHook = cumulus_pallet_aura_ext::FixedVelocityConsensusHook<
	Runtime,
	RELAY_CHAIN_SLOT_DURATION_MILLIS,
	BLOCK_PROCESSING_VELOCITY,
	UNINCLUDED_SEGMENT_CAPACITY,
>;
impl cumulus_pallet_parachain_system::Config for Runtime {
	type CheckAssociatedRelayNumber = RelayNumberMonotonicallyIncreases;
	type ConsensusHook = ConsensusHook;
}
impl pallet_aura::Config for Runtime {
	type AllowMultipleBlocksPerSlot = ConstBool<true>;
	type SlotDuration = ConstU64<SLOT_DURATION>;
}
impl pallet_timestamp::Config for Runtime {
	type OnTimestampSet = Aura;
	type MinimumPeriod = ConstU64<0>;
}
impl_runtime_apis! {
	impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
		fn slot_duration() -> SlotDuration { SlotDuration::from_millis(SLOT_DURATION) }
	}
	impl cumulus_primitives_aura::AuraUnincludedSegmentApi<Block> for Runtime {
		fn can_build_upon(hash: Hash, slot: Slot) -> bool { ConsensusHook::can_build_upon(hash, slot) }
	}
}
cumulus_pallet_parachain_system::register_validate_block! { Runtime = Runtime }
";

/// A node that builds ahead.
const NODE: &str = "
use cumulus_client_consensus_aura::collators::lookahead::{self as aura, Params as AuraParams};
use sc_service::SpawnTasksParams;
fn start() {
	spawn(SpawnTasksParams { backend: backend.clone() });
	start_consensus(backend);
}
fn start_consensus(backend: Arc<Backend>) {
	let params = AuraParams {
		para_client,
		para_backend: backend,
		proposer,
		code_hash_provider: move |hash| ValidationCode::from(hash).hash(),
	};
	aura::run(params);
}
";

fn read(files: &[(&str, &str)]) -> Result<Report> {
	let tree = tempfile::tempdir()?;
	for (name, text) in files {
		let path = tree.path().join(name);
		std::fs::create_dir_all(path.parent().context("a directory")?)?;
		std::fs::write(path, text)?;
	}
	let source = Some(source::read(tree.path())?);
	Ok(Report::of(Facts { source, ..Facts::default() }))
}

/// `text` with each of the first words in place of the second. Fails if one is not in it.
fn with(text: &str, changes: &[(&str, &str)]) -> Result<String> {
	let mut text = text.to_string();
	for (from, to) in changes {
		anyhow::ensure!(text.contains(from), "{from} is not there");
		text = text.replace(from, to);
	}
	Ok(text)
}

fn runtime(changes: &[(&str, &str)]) -> Result<Report> {
	read(&[("src/lib.rs", &with(RUNTIME, changes)?)])
}

fn step<'a>(report: &'a Report, id: &str) -> Result<&'a Step> {
	report.steps.iter().find(|step| step.id == id).context("no such step")
}

fn statuses(report: &Report, ids: &[&str]) -> Result<Vec<Status>> {
	ids.iter().map(|id| Ok(step(report, id)?.status)).collect()
}

const ALL: [&str; 11] =
	["1.1", "1.2", "1.3", "1.4a", "1.4b", "1.5", "1.6", "1.7", "3.1", "3.2", "3.4"];

#[test]
fn nothing_is_wrong_with_the_runtime_that_the_others_are_made_of() -> Result<()> {
	let report = runtime(&[])?;
	assert_eq!(report.phase.name, Name::Phase3);
	assert_eq!(statuses(&report, &ALL)?, [Status::Done; ALL.len()]);
	assert!(report.phase.next.contains("--para"), "{}", report.phase.next);
	assert_eq!(report.phase.touches, Vec::<String>::new());
	Ok(())
}

#[test]
fn apis_are_found_within_other_macros() -> Result<()> {
	let report =
		runtime(&[("impl_runtime_apis! {", "elsewhere::impl_more_apis! { Runtime, Executive,")])?;
	assert_eq!(statuses(&report, &["1.6", "1.7"])?, [Status::Done; 2]);
	assert_eq!(report.phase.name, Name::Phase3);
	Ok(())
}

#[test]
fn apis_that_a_macro_of_the_checkout_makes_are_found_where_it_is_called() -> Result<()> {
	let apis = RUNTIME.split("impl_runtime_apis! {").nth(1).context("APIs")?;
	let apis = apis.split("\n}\n").next().context("an end")?;
	let defined = "
		macro_rules! impl_common_apis {
			{$($own:tt)*} => { impl_runtime_apis! { $($own)* APIS } }
		}";
	let defined = defined.replace("APIS", apis);
	let called = [(apis, ""), ("impl_runtime_apis! {", "common::impl_common_apis! {")];
	let called = with(RUNTIME, &called)?;
	let report = read(&[("common/src/lib.rs", &defined), ("own/src/lib.rs", &called)])?;
	assert_eq!(statuses(&report, &["1.6", "1.7"])?, [Status::Done; 2]);
	// Where nobody sees it, nobody knows what it makes.
	let report = read(&[("own/src/lib.rs", &called)])?;
	assert_eq!(statuses(&report, &["1.6", "1.7"])?, [Status::CannotTell; 2]);
	assert_eq!(report.phase.name, Name::Unknown);
	// A macro that is not called makes nothing.
	let without =
		with(RUNTIME, &[(apis, "impl sp_api::Core<Block> for Runtime { fn v() { V } }")])?;
	let report = read(&[("common/src/lib.rs", &defined), ("own/src/lib.rs", &without)])?;
	assert_eq!(statuses(&report, &["1.7"])?, [Status::NotDone]);
	Ok(())
}

#[test]
fn constants_from_elsewhere_cannot_be_told() -> Result<()> {
	let report = runtime(&[
		("pub const MILLISECS_PER_BLOCK: u64 = 6000;", "use elsewhere::consensus::*;"),
		("pub const SLOT_DURATION: u64 = MILLISECS_PER_BLOCK;", ""),
		("const UNINCLUDED_SEGMENT_CAPACITY: u32 = 3;", ""),
		("const BLOCK_PROCESSING_VELOCITY: u32 = 1;", ""),
		("const RELAY_CHAIN_SLOT_DURATION_MILLIS: u32 = 6000;", ""),
		("const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND * 2, 1);", ""),
	])?;
	for (id, name) in [
		("1.3", "SLOT_DURATION"),
		("3.2", "UNINCLUDED_SEGMENT_CAPACITY"),
		("3.4", "MAXIMUM_BLOCK_WEIGHT"),
	] {
		let step = step(&report, id)?;
		assert_eq!(step.status, Status::CannotTell, "{id}");
		assert_eq!(step.evidence, [format!("{name} is defined outside of the checkout")], "{id}");
		assert_eq!(step.places.len(), 1, "{id}");
	}
	assert_eq!(statuses(&report, &["1.1", "1.2", "1.5", "1.6"])?, [Status::Done; 4]);
	assert_eq!(report.phase.name, Name::Unknown);
	let why = report.phase.why.join("\n");
	assert!(why.starts_with("what decides cannot be told: 3.2; the others are done"), "{why}");
	assert!(report.phase.next.contains("takes from elsewhere"), "{}", report.phase.next);
	assert_eq!(report.phase.touches, Vec::<String>::new());
	Ok(())
}

#[test]
fn a_constant_that_is_one_of_the_same_name_from_elsewhere_is_from_elsewhere() -> Result<()> {
	let report = runtime(&[(
		"CAPACITY: u32 = 3;",
		"CAPACITY: u32 = elsewhere::UNINCLUDED_SEGMENT_CAPACITY;",
	)])?;
	let step = step(&report, "3.2")?;
	assert_eq!(step.status, Status::CannotTell);
	assert!(step.evidence[0].contains("outside of the checkout"), "{:?}", step.evidence);
	Ok(())
}

#[test]
fn the_capacity_is_said_with_the_velocity() -> Result<()> {
	let report = runtime(&[
		("CAPACITY: u32 = 3;", "CAPACITY: u32 = (3 + OFFSET) * BLOCK_PROCESSING_VELOCITY;"),
		("VELOCITY: u32 = 1;", "VELOCITY: u32 = 3; const OFFSET: u32 = 1;"),
	])?;
	assert_eq!(step(&report, "3.2")?.evidence, ["the capacity is 12, the velocity 3"]);
	let report =
		runtime(&[("	UNINCLUDED_SEGMENT_CAPACITY,", "	{ UNINCLUDED_SEGMENT_CAPACITY },")])?;
	assert_eq!(step(&report, "3.2")?.places[0].code, "3");
	Ok(())
}

#[test]
fn an_api_that_asks_aura_is_as_done_as_auras_slot() -> Result<()> {
	for asks in ["Aura::slot_duration()", "<Runtime as pallet_aura::Config>::SlotDuration::get()"] {
		let asks = ("from_millis(SLOT_DURATION)", format!("from_millis({asks})"));
		let asks = (asks.0, asks.1.as_str());
		assert_eq!(statuses(&runtime(&[asks])?, &["1.6"])?, [Status::Done]);
		let period = ("ConstU64<SLOT_DURATION>", "MinimumPeriodTimesTwo<Runtime>");
		assert_eq!(statuses(&runtime(&[asks, period])?, &["1.5", "1.6"])?, [Status::NotDone; 2]);
	}
	Ok(())
}

#[test]
fn an_api_that_asks_the_runtime_is_followed() -> Result<()> {
	let asks = ("SlotDuration::from_millis(SLOT_DURATION)", "Runtime::impl_slot_duration()");
	let says = "impl Runtime { fn impl_slot_duration() -> D { D::from_millis(SLOT_DURATION) } }";
	let lib = with(RUNTIME, &[asks])?;
	let report = read(&[("src/lib.rs", &lib), ("src/apis.rs", says)])?;
	assert_eq!(statuses(&report, &["1.6"])?, [Status::Done]);
	assert_eq!(statuses(&runtime(&[asks])?, &["1.6"])?, [Status::CannotTell]);
	Ok(())
}

#[test]
fn parameters_are_known_by_their_names() -> Result<()> {
	let named = |parameters: &str| {
		runtime(&[
			("pub Weights:", &format!("{parameters} pub Weights:")),
			("ConstU64<0>", "MinimumPeriod"),
			("ConstBool<true>", "Several"),
			("ConstU64<SLOT_DURATION>", "Slot"),
		])
	};
	let steps = ["1.5", "3.1", "3.5"];
	let report = named(
		"pub const MinimumPeriod: u64 = SLOT_DURATION / 2;
		pub const Several: bool = true;
		pub Slot: u64 = SLOT_DURATION;",
	)?;
	assert_eq!(statuses(&report, &steps)?, [Status::Done; 3]);
	let report = named(
		"pub const MinimumPeriod: u64 = SLOT_DURATION;
		pub Several: bool = false;
		pub const Slot: u64 = MinimumPeriod::get() * 2;",
	)?;
	assert_eq!(statuses(&report, &steps)?, [Status::NotDone; 3]);
	// Nor is what is there twice.
	let report = named(
		"pub const Several: bool = true; #[cfg(a)] pub const Several: bool = false;
		pub Slot: u64 = SLOT_DURATION; #[cfg(a)] pub Slot: u64 = 12000;
		pub const MinimumPeriod: u64 = 0; #[cfg(a)] pub const MinimumPeriod: u64 = 6000;",
	)?;
	assert_eq!(statuses(&report, &steps)?, [Status::CannotTell; 3]);
	// What the chain may set is not known from its code.
	let report = named(
		"pub storage MinimumPeriod: u64 = 0;
		pub storage Several: bool = true;
		pub storage Slot: u64 = 6000;",
	)?;
	assert_eq!(statuses(&report, &steps)?, [Status::CannotTell; 3]);
	Ok(())
}

#[test]
fn a_hook_that_wraps_the_guides_is_one() -> Result<()> {
	let wrapped =
		("ConsensusHook = ConsensusHook;", "ConsensusHook = Wrapper<Runtime, ConsensusHook>;");
	let report = runtime(&[wrapped])?;
	assert_eq!(report.phase.name, Name::Phase3);
	assert_eq!(
		report.facts.source.map(|it| it.hook_numbers),
		Some(vec![Some(6000), Some(1), Some(3)])
	);
	// Nimbus' takes no slot of the relay chain, and Nimbus no Aura.
	let report = runtime(&[
		wrapped,
		("	RELAY_CHAIN_SLOT_DURATION_MILLIS,\n", ""),
		("const RELAY_CHAIN_SLOT_DURATION_MILLIS: u32 = 6000;", ""),
		("pallet_aura::Config", "pallet_async_backing::Config"),
		("AuraUnincludedSegmentApi", "UnincludedSegmentApi"),
		("OnTimestampSet = Aura", "OnTimestampSet = ()"),
	])?;
	assert_eq!(report.phase.name, Name::Phase3);
	assert_eq!(step(&report, "3.2")?.evidence, ["the capacity is 3, the velocity 1"]);
	assert_eq!(statuses(&report, &["1.2", "1.5"])?, [Status::CannotTell; 2]);
	assert_eq!(statuses(&report, &["1.3"])?, [Status::Done]);
	assert!(report.healthy(), "{:?}", report.findings);
	Ok(())
}

#[test]
fn what_is_not_known_is_neither_done_nor_not() -> Result<()> {
	let report = runtime(&[
		("ConsensusHook = ConsensusHook;", "ConsensusHook = elsewhere::Hook;"),
		("RelayNumberMonotonicallyIncreases", "EmergencyParaXcm"),
	])?;
	assert_eq!(statuses(&report, &["1.4a", "1.4b", "3.2"])?, [Status::CannotTell; 3]);
	assert_eq!(report.phase.name, Name::Unknown);
	let report = read(&[(
		"src/lib.rs",
		"cumulus_pallet_parachain_system::register_validate_block! { Runtime = Runtime }",
	)])?;
	assert_eq!(statuses(&report, &ALL[3..])?, [Status::CannotTell; ALL.len() - 3]);
	assert_eq!(report.phase.name, Name::Unknown);
	Ok(())
}

#[test]
fn neither_of_two_values_is_believed() -> Result<()> {
	let by_feature = "#[cfg(feature = \"a\")] type AllowMultipleBlocksPerSlot = ConstBool<false>;
		#[cfg(not(feature = \"a\"))] type AllowMultipleBlocksPerSlot";
	let report = runtime(&[
		("type AllowMultipleBlocksPerSlot", by_feature),
		(
			"const UNINCLUDED",
			"#[cfg(feature = \"testnet\")] const UNINCLUDED_SEGMENT_CAPACITY: u32 = 1;
			#[cfg(not(feature = \"testnet\"))] const UNINCLUDED",
		),
	])?;
	for id in ["3.1", "3.2"] {
		let step = step(&report, id)?;
		assert_eq!(step.status, Status::CannotTell, "{id}");
		assert!(step.evidence[0].contains("more than once"), "{:?}", step.evidence);
	}
	assert_eq!(step(&report, "3.1")?.places.len(), 2);
	assert_eq!(report.phase.name, Name::Unknown);
	assert_eq!(report.phase.why[0], "what decides cannot be told: 3.1, 3.2");
	let api = "impl cumulus_primitives_aura";
	let report = runtime(&[(api, &format!("#[cfg(feature = \"a\")] {api}"))])?;
	assert_eq!(step(&report, "1.7")?.status, Status::CannotTell);
	assert!(report.phase.why[0].ends_with("between two phases without"), "{:?}", report.phase.why);
	// What is for tests and benchmarks is not what runs.
	for only in ["test", "feature = \"runtime-benchmarks\""] {
		let other =
			format!("#[cfg({only})] const UNINCLUDED_SEGMENT_CAPACITY: u32 = 1; const UNINCL");
		assert_eq!(runtime(&[("const UNINCL", &other)])?.phase.name, Name::Phase3, "{only}");
	}
	Ok(())
}

#[test]
fn what_is_beside_the_runtime_does_not_decide() -> Result<()> {
	let mock = "const MILLISECS_PER_BLOCK: u64 = 12000;
		impl pallet_timestamp::Config for Test { type MinimumPeriod = ConstU64<5>; }
		impl pallet_aura::Config for Runtime { type SlotDuration = ConstU64<1>; }";
	let split = RUNTIME.split("impl cumulus_pallet_parachain").next().context("constants")?;
	let configs = &RUNTIME[split.len()..];
	let report = read(&[
		("a/src/lib.rs", mock),
		("own/src/lib.rs", split),
		("own/src/configs/mod.rs", configs),
		(
			"pallets/mock/src/lib.rs",
			"impl pallet_x::Config for Runtime { type BlockNumberProvider = System; }",
		),
	])?;
	assert_eq!(report.phase.name, Name::Phase3);
	assert_eq!(statuses(&report, &["1.5", "3.3", "3.5"])?, [Status::Done; 3]);
	assert_eq!(statuses(&report, &["3.clock"])?, [Status::CannotTell]);
	Ok(())
}

#[test]
fn of_several_runtimes_one_is_to_be_named() -> Result<()> {
	let said = read(&[("a/src/lib.rs", RUNTIME), ("b/src/lib.rs", RUNTIME)]);
	let said = said.map(|_| String::new()).unwrap_or_else(|error| error.to_string());
	assert!(said.starts_with("2 runtimes") && said.ends_with("a, b"), "{said}");
	Ok(())
}

#[test]
fn a_runtime_of_old_is_synchronous() -> Result<()> {
	let report = read(&[(
		"src/lib.rs",
		"pub const MILLISECS_PER_BLOCK: u64 = 12000;
		parameter_types! { pub const MinimumPeriod: u64 = MILLISECS_PER_BLOCK / 2; }
		impl pallet_timestamp::Config for Runtime { type MinimumPeriod = MinimumPeriod; }
		impl cumulus_pallet_parachain_system::Config for Runtime { type SelfParaId = Id; }
		impl pallet_aura::Config for Runtime { type MaxAuthorities = MaxAuthorities; }
		impl_runtime_apis! {
			impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
				fn slot_duration() -> D { D::from_millis(Aura::slot_duration()) }
			}
		}
		register_validate_block! { Runtime = Runtime, CheckInherents = CheckInherents }",
	)])?;
	assert_eq!(report.phase.name, Name::Sync);
	let phase_1 = ["1.1", "1.2", "1.3", "1.4a", "1.4b", "1.5", "1.6", "1.7", "1.8"];
	assert_eq!(statuses(&report, &phase_1)?, [Status::NotDone; 9]);
	for id in phase_1 {
		assert!(report.phase.touches.iter().any(|line| line.starts_with(id)), "{id}");
	}
	Ok(())
}

#[test]
fn what_is_left_of_a_phase_is_said() -> Result<()> {
	let report =
		runtime(&[("WEIGHT_REF_TIME_PER_SECOND * 2", "WEIGHT_REF_TIME_PER_MILLIS * 500")])?;
	assert_eq!(report.phase.name, Name::Phase3);
	assert_eq!(report.phase.next, "what is left of before: 3.4");
	assert_eq!(report.phase.touches.len(), 1);
	let report = runtime(&[
		("CAPACITY: u32 = 3", "CAPACITY: u32 = 1"),
		("ConstBool<true>", "ConstBool<false>"),
		("ConstU64<SLOT_DURATION>", "MinimumPeriodTimesTwo<Runtime>"),
	])?;
	assert_eq!(report.phase.name, Name::Phase1Or2);
	assert!(
		report.phase.next.starts_with("what is left of before: 1.5; then"),
		"{}",
		report.phase.next
	);
	Ok(())
}

#[test]
fn half_of_phase_1_does_not_ask_for_phase_3() -> Result<()> {
	let report = runtime(&[
		("ConsensusHook = ConsensusHook;", "ConsensusHook = ExpectParentIncluded;"),
		("ConstBool<true>", "ConstBool<false>"),
	])?;
	assert_eq!(report.phase.name, Name::Between);
	let touches = report.phase.touches;
	assert!(touches.iter().all(|line| line.starts_with("1.")), "{touches:?}");
	Ok(())
}

#[test]
fn time_points_of_multisig_stay_on_the_chains_own_clock() -> Result<()> {
	let clock = |pallet: &str, clock: &str| {
		runtime(&[(
			"impl pallet_aura",
			&format!(
				"impl pallet_multisig::Config for Runtime {{ type BlockNumberProvider = System; }}
				impl {pallet}::Config for Runtime {{ type BlockNumberProvider = {clock}; }}
				impl pallet_aura"
			),
		)])
	};
	let status = |report: Report| statuses(&report, &["3.clock"]);
	assert_eq!(status(clock("pallet_proxy", "RelaychainDataProvider<Runtime>")?)?, [Status::Done]);
	assert_eq!(status(clock("pallet_proxy", "frame_system::Pallet<Runtime>")?)?, [Status::NotDone]);
	assert_eq!(status(clock("pallet_proxy", "Clock")?)?, [Status::CannotTell]);
	Ok(())
}

#[test]
fn nodes_are_read_however_they_start() -> Result<()> {
	let phase_2 = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];
	let node = |changes: &[(&str, &str)]| read(&[("src/service.rs", &with(NODE, changes)?)]);
	let report = node(&[])?;
	assert_eq!(statuses(&report, &phase_2)?, [Status::Done; 6]);
	assert_eq!(report.phase.name, Name::Unknown);
	assert!(report.phase.next.contains("checkout of the runtime"), "{}", report.phase.next);
	// By a trait, from another file; and one that seals by hand beside it.
	let start =
		"use sc_service::X; fn start() { spawn(SpawnTasksParams { backend: backend.clone() });
		Self::StartConsensus::start_consensus(backend); }";
	let other = with(
		NODE,
		&[
			("fn start_consensus", "impl StartConsensus for Aura { fn start_consensus"),
			("aura::run(params);\n}", "aura::run(params);\n} }"),
			("backend: backend.clone()", "backend"),
			("	start_consensus(backend);\n", ""),
		],
	)?;
	let report = read(&[("src/aura.rs", &other), ("src/spec.rs", start)])?;
	assert_eq!(statuses(&report, &phase_2)?, [Status::Done; 6]);
	// One that has both is told which one to run.
	let basic = "basic::run(cumulus_client_consensus_aura::collators::basic::Params {
		para_client,
		proposer,
	});";
	let report = node(&[
		("use sc_service", "use cumulus_client_consensus_aura::collators::basic; use sc_service"),
		("aura::run(params);", &format!("aura::run(params); {basic}")),
	])?;
	let both = statuses(&report, &phase_2)?;
	let (done, unknown) = (Status::Done, Status::CannotTell);
	assert_eq!(both, [done, done, done, unknown, done, unknown]);
	// One of before there were several.
	let old = "use cumulus_client_consensus_aura::{AuraConsensus, BuildAuraConsensusParams};
		use sc_service::SpawnTasksParams;
		fn start() { spawn(SpawnTasksParams { backend }); }";
	let report = read(&[("src/service.rs", old)])?;
	assert_eq!(statuses(&report, &phase_2)?, [Status::NotDone; 6]);
	Ok(())
}

/// A basic collator of the checkout's own.
const BASIC: &str = "
use cumulus_client_collator::relay_chain_driven;
use cumulus_client_consensus_aura::collator::{Collator, Params as CollatorParams, SlotClaim};
use sc_consensus_aura::standalone::claim_slot;
pub struct Params<CIDP> { pub para_client: Arc<Client>, pub proposer: Proposer }
pub async fn run<CIDP>(params: Params<CIDP>) {
	let Params { para_client, relay_client, .. } = params;
	let mut requests = relay_chain_driven::init(params.collator_key, params.para_id).await;
	let mut collator = Collator::<Block, AuthorityPair>::new(CollatorParams {
		create_inherent_data_providers: params.create_inherent_data_providers,
		block_import: params.block_import,
		relay_client,
		keystore,
		collator_peer_id,
		para_id,
		proposer: params.proposer,
		collator_service,
	});
	while let Some(request) = requests.next().await { request.complete(None) }
}
";

/// The node that starts it, as its service imports and calls it.
fn own_basic(imports: &str, params: &str, run: &str) -> Result<String> {
	let lookahead =
		"use cumulus_client_consensus_aura::collators::lookahead::{self as aura, Params as AuraParams};";
	with(
		NODE,
		&[
			(lookahead, imports),
			("AuraParams {", &format!("{params} {{")),
			("		para_backend: backend,\n", ""),
			("		code_hash_provider: move |hash| ValidationCode::from(hash).hash(),\n", ""),
			("aura::run(params);", &format!("{run}(params);")),
			("backend: backend.clone()", "backend"),
			("start_consensus(backend: Arc<Backend>)", "start_consensus()"),
		],
	)
}

const PHASE_2: [&str; 6] = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];

#[test]
fn a_basic_collator_of_the_checkouts_own_is_one() -> Result<()> {
	let two = "use crate::basic as basic_aura;\nuse crate::basic::Params as BasicAuraParams;";
	for (imports, line, params, run) in [
		(two, 2, "BasicAuraParams", "basic_aura::run"),
		(two, 2, "BasicAuraParams", "basic_aura::run::<Block, AuthorityPair>"),
		(two, 2, "basic_aura::Params", "basic_aura::run"),
		("use crate::{basic::{self, Params}, cli};", 2, "Params", "basic::run"),
		("use super::collators::basic;", 2, "basic::Params", "basic::run"),
		("mod basic;", 9, "basic::Params", "basic::run"),
		("", 9, "crate::basic::Params::<_>", "crate::basic::run"),
	] {
		let service = own_basic(imports, params, run)?;
		let files = [("node/src/basic.rs", BASIC), ("node/src/service.rs", service.as_str())];
		let report = read(&files)?;
		assert_eq!(statuses(&report, &PHASE_2)?, [Status::NotDone; 6], "{imports} {params}");
		let source = report.facts.source.context("a source")?;
		let found: Vec<(&str, &str, usize)> = source
			.collators
			.iter()
			.map(|(name, place)| (name.as_str(), place.file.as_str(), place.line))
			.collect();
		assert_eq!(found, [("basic", "node/src/service.rs", line)], "{imports} {params}");
		let run = source.collator_run.context("a call")?;
		assert!(run.code.ends_with("::run") && run.code.contains("basic"), "{run}");
		assert_eq!(run.file, "node/src/service.rs");
		let params = source.collator_params.context("parameters")?;
		assert_eq!((params.file.as_str(), params.line), (run.file.as_str(), run.line - 4));
	}
	Ok(())
}

#[test]
fn what_else_is_called_basic_is_no_collator() -> Result<()> {
	let collators = |report: &Report| -> Vec<String> {
		let source = report.facts.source.iter();
		source.flat_map(|source| source.collators.keys().cloned()).collect()
	};
	// A module of that name beside the lookahead collator, in all places that a collator could be in.
	let other = "use crate::basic; use crate::basic::Params; use sc_service";
	let uses = "aura::run(params);
		let checks = Params { proposer: true, limit: 5 };
		let more = crate::basic::Something { para_client: false };
		basic::run(checks, more);";
	let service = with(NODE, &[("use sc_service", other), ("aura::run(params);", uses)])?;
	let module = "pub struct Params { pub proposer: bool } pub fn run(checks: Params) {}";
	let report = read(&[("src/service.rs", &service), ("src/basic.rs", module)])?;
	assert_eq!(statuses(&report, &PHASE_2)?, [Status::Done; 6]);
	assert_eq!(collators(&report), ["lookahead"]);
	let run = report.facts.source.and_then(|source| source.collator_run);
	assert_eq!(run.map(|place| place.code).as_deref(), Some("aura::run"));
	// Its `run` starts no collator.
	let service = with(&service, &[("aura::run(params);", "")])?;
	let report = read(&[("src/service.rs", &service), ("src/basic.rs", module)])?;
	assert_eq!(statuses(&report, &PHASE_2[3..])?, [Status::Done, Status::Done, Status::NotDone]);
	// One that builds ahead is not what phase 2 replaces, whatever its module is called.
	let ahead = [("cumulus_client_consensus_aura::collators::lookahead", "crate::basic")];
	assert_eq!(collators(&read(&[("src/service.rs", &with(NODE, &ahead)?)])?), [""; 0]);
	// Nor is a collator that is there and not started.
	let report = read(&[("src/service.rs", NODE), ("src/basic.rs", BASIC)])?;
	assert_eq!(statuses(&report, &PHASE_2)?, [Status::Done; 6]);
	assert_eq!(collators(&report), ["lookahead"]);
	Ok(())
}

#[test]
fn a_node_with_a_basic_collator_of_its_own_and_another_is_told_which_one_to_run() -> Result<()> {
	let own = "crate::basic::run(crate::basic::Params { para_client, proposer });";
	let service = with(NODE, &[("aura::run(params);", &format!("aura::run(params); {own}"))])?;
	let report = read(&[("src/service.rs", &service), ("src/basic.rs", BASIC)])?;
	let (done, unknown) = (Status::Done, Status::CannotTell);
	assert_eq!(statuses(&report, &PHASE_2)?, [done, done, done, unknown, done, unknown]);
	Ok(())
}

#[test]
fn an_api_that_a_node_makes_up_is_no_runtimes() -> Result<()> {
	let made_up = "use sc_service::X;
		impl_runtime_apis! {
			impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
				fn slot_duration() -> SlotDuration { unimplemented!() }
			}
			impl cumulus_primitives_aura::AuraUnincludedSegmentApi<Block> for Runtime {
				fn can_build_upon(hash: Hash, slot: Slot) -> bool { unimplemented!() }
			}
		}";
	let api = "impl cumulus_primitives_aura::AuraUnincludedSegmentApi<Block> for Runtime";
	let lib = with(RUNTIME, &[(api, "impl sp_api::Core<Block> for Runtime")])?;
	let report = read(&[("src/lib.rs", &lib), ("src/fake.rs", made_up)])?;
	assert_eq!(statuses(&report, &["1.6", "1.7"])?, [Status::Done, Status::NotDone]);
	Ok(())
}
