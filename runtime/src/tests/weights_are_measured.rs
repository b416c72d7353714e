//! The weights of pallets, blocks and storage are those that `scripts/benchmark.sh` measured.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::*;
use frame_support::dispatch::DispatchClass;
use frame_support::traits::PalletsInfoAccess;
use std::collections::BTreeSet;
use std::fs::read_dir;
use std::fs::read_to_string;
use std::path::Path;

/// The pallets whose `Config` asks for no weights, as they have no calls.
const WITHOUT_WEIGHTS: [&str; 5] = [
	"cumulus_pallet_aura_ext",
	"cumulus_pallet_xcm",
	"pallet_aura",
	"pallet_authorship",
	"parachain_info",
];

/// What must have weights: the pallets by their crates' names, and the transaction extensions of `frame_system`.
fn weighed() -> BTreeSet<String> {
	let pallets = AllPalletsWithSystem::infos().into_iter().map(|pallet| pallet.module_name);
	let mut names: BTreeSet<String> = pallets.map(Into::into).collect();
	for name in WITHOUT_WEIGHTS {
		assert!(names.remove(name), "{name} is no pallet of the runtime: take it off the list");
	}
	names.insert("frame_system_extensions".into());
	names
}

/// Whether a pallet is of this workspace: then its weights are with it.
fn is_ours(pallet: &str) -> bool {
	let directory = pallet.strip_prefix("pallet_").unwrap_or(pallet);
	let pallets = concat!(env!("CARGO_MANIFEST_DIR"), "/../pallets");
	Path::new(&format!("{pallets}/{directory}/src/weights.rs")).is_file()
}

#[test]
fn every_pallet_is_benchmarked() {
	let entries =
		include_str!("../benchmarks.rs").lines().filter_map(|line| line.strip_prefix("\t["));
	let benchmarked =
		entries.filter_map(|entry| entry.split_once(',')).map(|(name, _)| name.into());
	assert_eq!(benchmarked.collect::<BTreeSet<String>>(), weighed());
}

#[test]
fn every_pallet_is_weighed_by_what_was_measured() {
	let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
	let configs = read_dir(format!("{sources}/configs")).expect("the runtime has configs");
	let configs = configs.map(|entry| entry.expect("a directory can be read").path());
	let mut used = BTreeSet::new();
	for path in configs.chain([format!("{sources}/lib.rs").into()]) {
		let text = read_to_string(&path).expect("a source file is text");
		for (name, weights) in
			text.lines().filter_map(|line| line.trim().split_once("WeightInfo = "))
		{
			let own = weights.strip_suffix("::weights::SubstrateWeight<Runtime>;");
			let here = weights.strip_prefix("weights::");
			let here = here.and_then(|rest| rest.strip_suffix("::WeightInfo<Runtime>;"));
			let of = own.filter(|pallet| is_ours(pallet)).or(here);
			let of =
				of.unwrap_or_else(|| panic!("{}: {name}WeightInfo is {weights}", path.display()));
			used.insert(of.to_string());
		}
	}
	assert_eq!(used, weighed());
}

#[test]
fn blocks_and_storage_are_weighed_by_what_was_measured() {
	let blocks = <Runtime as frame_system::Config>::BlockWeights::get();
	assert_eq!(blocks.base_block, weights::block_weights::BlockExecutionWeight::get());
	for class in DispatchClass::all() {
		let base = blocks.get(*class).base_extrinsic;
		assert_eq!(base, weights::extrinsic_weights::ExtrinsicBaseWeight::get());
	}
	let storage = <Runtime as frame_system::Config>::DbWeight::get();
	assert_eq!(storage, weights::inmemorydb_weights::InMemoryDbWeight::get());
}
