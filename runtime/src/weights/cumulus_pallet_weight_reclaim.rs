use core::marker::PhantomData;
use frame_support::weights::Weight;
use polkadot_sdk::*;

pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> cumulus_pallet_weight_reclaim::WeightInfo for WeightInfo<T> {
	fn storage_weight_reclaim() -> Weight {
		Weight::from_parts(100_000_000, 10_000)
	}
}
