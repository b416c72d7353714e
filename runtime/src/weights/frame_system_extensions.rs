//! What the calls of `frame_system_extensions` cost, measured by `scripts/benchmark.sh`: do not edit.
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
impl<T: frame_system::Config> frame_system::ExtensionsWeightInfo for WeightInfo<T> {
	fn check_genesis() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 3_586_000 picoseconds.
		Weight::from_parts(7_303_000, 0)
	}
	fn check_mortality_mortal_transaction() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 7_103_000 picoseconds.
		Weight::from_parts(12_604_000, 0)
	}
	fn check_mortality_immortal_transaction() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 7_144_000 picoseconds.
		Weight::from_parts(8_005_000, 0)
	}
	fn check_non_zero_sender() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 1_072_000 picoseconds.
		Weight::from_parts(1_262_000, 0)
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn check_nonce() -> Weight {
		// Proof in bytes: measured 101, estimated 3593.
		// Shortest execution: 14_327_000 picoseconds.
		Weight::from_parts(15_649_000, 3593)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn check_spec_version() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 751_000 picoseconds.
		Weight::from_parts(932_000, 0)
	}
	fn check_tx_version() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 771_000 picoseconds.
		Weight::from_parts(972_000, 0)
	}
	fn check_weight() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 7_955_000 picoseconds.
		Weight::from_parts(9_007_000, 0)
	}
	fn weight_reclaim() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 4_609_000 picoseconds.
		Weight::from_parts(5_250_000, 0)
	}
}
