//! What `benchmark pallet` runs on this runtime, and the worst cases it needs from us.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::*;
use alloc::boxed::Box;
use alloc::string::String;
use configs::xcm::PriceForParentDelivery;
use configs::xcm::RelayLocation;
use configs::xcm::XcmConfig;
use cumulus_pallet_session_benchmarking::Pallet as SessionBench;
use frame_benchmarking::BenchmarkBatch;
use frame_benchmarking::BenchmarkConfig;
use frame_benchmarking::BenchmarkError;
use frame_benchmarking::BenchmarkList;
use frame_support::traits::Currency;
use frame_support::traits::StorageInfo;
use frame_support::traits::StorageInfoTrait;
use frame_support::traits::WhitelistedStorageKeys;
use frame_system_benchmarking::extensions::Pallet as SystemExtensionsBench;
use frame_system_benchmarking::Pallet as SystemBench;
use pallet_xcm::benchmarking::Pallet as XcmBench;
use xcm::latest::prelude::*;

frame_benchmarking::define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensionsBench::<Runtime>]
	[cumulus_pallet_parachain_system, ParachainSystem]
	[pallet_timestamp, Timestamp]
	[cumulus_pallet_weight_reclaim, WeightReclaim]
	[pallet_utility, Utility]
	[pallet_balances, Balances]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_sudo, Sudo]
	[pallet_collator_selection, CollatorSelection]
	[pallet_session, SessionBench::<Runtime>]
	[cumulus_pallet_xcmp_queue, XcmpQueue]
	[pallet_xcm, XcmBench::<Runtime>]
	[pallet_message_queue, MessageQueue]
	[pallet_timelock, Timelock]
);

impl frame_system_benchmarking::Config for Runtime {
	fn setup_set_code_requirements(code: &Vec<u8>) -> Result<(), BenchmarkError> {
		ParachainSystem::initialize_for_set_code_benchmark(code.len() as u32);
		Ok(())
	}

	fn verify_set_code() {
		System::assert_last_event(
			cumulus_pallet_parachain_system::Event::<Runtime>::ValidationFunctionStored.into(),
		);
	}
}

impl cumulus_pallet_session_benchmarking::Config for Runtime {
	fn generate_session_keys_and_proof(owner: AccountId) -> (SessionKeys, Vec<u8>) {
		let generated = SessionKeys::generate(&codec::Encode::encode(&owner), None);
		(generated.keys, codec::Encode::encode(&generated.proof))
	}
}

impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

parameter_types! {
	/// The least a sender keeps.
	pub ExistentialDepositAsset: Option<Asset> =
		Some((RelayLocation::get(), EXISTENTIAL_DEPOSIT).into());
}

impl pallet_xcm::benchmarking::Config for Runtime {
	type DeliveryHelper = cumulus_primitives_utility::ToParentDeliveryHelper<
		XcmConfig,
		ExistentialDepositAsset,
		PriceForParentDelivery,
	>;

	fn reachable_dest() -> Option<Location> {
		Some(RelayLocation::get())
	}

	// Nothing is teleported.
	fn teleportable_asset_and_dest() -> Option<(Asset, Location)> {
		None
	}

	// The benchmark looks for what it sent in the destination's account here, where only the reserve of an asset keeps it. This
	// chain is the reserve of nothing, so `reserve_transfer_assets` gets a weight that no block holds, until an asset of
	// your own is named here; `transfer_assets_using_type_and_then` does the same and has a measured one.
	fn reserve_transferable_asset_and_dest() -> Option<(Asset, Location)> {
		None
	}

	fn set_up_complex_asset_transfer() -> Option<(Assets, u32, Location, Box<dyn FnOnce()>)> {
		let amount = 100 * EXISTENTIAL_DEPOSIT;
		let balance = 10 * amount;
		let sender: AccountId = frame_benchmarking::whitelisted_caller();
		Balances::make_free_balance_be(&sender, balance);
		let verify = Box::new(move || assert!(Balances::free_balance(&sender) <= balance - amount));
		let asset: Asset = (RelayLocation::get(), amount).into();
		Some((asset.into(), 0, RelayLocation::get(), verify))
	}

	fn get_asset() -> Asset {
		(RelayLocation::get(), EXISTENTIAL_DEPOSIT).into()
	}

	fn batch_call(calls: Vec<RuntimeCall>) -> Option<RuntimeCall> {
		Some(RuntimeCall::Utility(pallet_utility::Call::batch { calls }))
	}
}

/// Every benchmark of this runtime, and with `extra` also those that only developers run.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::<BenchmarkList>::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs one benchmark.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::<BenchmarkBatch>::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}
