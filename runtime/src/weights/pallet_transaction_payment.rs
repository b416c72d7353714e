//! What the calls of `pallet_transaction_payment` cost, measured by `scripts/benchmark.sh`: do not edit.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//
// 2026-11-26, on AMD EPYC; steps 50, repeat 20, benchmark CLI 62.0.0.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]

use core::marker::PhantomData;
use polkadot_sdk::frame_support::traits::Get;
use polkadot_sdk::frame_support::weights::Weight;
use polkadot_sdk::*;

pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> pallet_transaction_payment::WeightInfo for WeightInfo<T> {
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn charge_transaction_payment() -> Weight {
		// Proof in bytes: measured 101, estimated 6196.
		// Shortest execution: 85_249_000 picoseconds.
		Weight::from_parts(92_593_000, 6196)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
}
