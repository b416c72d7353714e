//! What the calls of `pallet_timestamp` cost, measured by `scripts/benchmark.sh`: do not edit.
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
impl<T: frame_system::Config> pallet_timestamp::WeightInfo for WeightInfo<T> {
	/// Storage: `Timestamp::Now` (r:1 w:1)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Aura::CurrentSlot` (r:1 w:0)
	/// Proof: `Aura::CurrentSlot` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn set() -> Weight {
		// Proof in bytes: measured 80, estimated 1493.
		// Shortest execution: 12_704_000 picoseconds.
		Weight::from_parts(14_628_000, 1493)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	fn on_finalize() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 2_435_000 picoseconds.
		Weight::from_parts(5_410_000, 0)
	}
}
