//! What the calls of `cumulus_pallet_weight_reclaim` cost: estimates, not measured yet. `scripts/benchmark.sh cumulus_pallet_weight_reclaim` replaces this file.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use core::marker::PhantomData;
use frame_support::weights::Weight;
use polkadot_sdk::*;

pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> cumulus_pallet_weight_reclaim::WeightInfo for WeightInfo<T> {
	fn storage_weight_reclaim() -> Weight {
		Weight::from_parts(100_000_000, 10_000)
	}
}
