//! What the calls of `pallet_utility` cost, measured by `scripts/benchmark.sh`: do not edit.
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
impl<T: frame_system::Config> pallet_utility::WeightInfo for WeightInfo<T> {
	/// The range of component `c` is `[0, 1000]`.
	fn batch(c: u32, ) -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 12_113_000 picoseconds.
		Weight::from_parts(225_973_030, 0)
			// Standard error: 60_099
			.saturating_add(Weight::from_parts(5_796_001, 0).saturating_mul(c.into()))
	}
	fn as_derivative() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 10_710_000 picoseconds.
		Weight::from_parts(17_112_000, 0)
	}
	/// The range of component `c` is `[0, 1000]`.
	fn batch_all(c: u32, ) -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 11_853_000 picoseconds.
		Weight::from_parts(205_971_554, 0)
			// Standard error: 49_095
			.saturating_add(Weight::from_parts(6_142_725, 0).saturating_mul(c.into()))
	}
	fn dispatch_as() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 15_288_000 picoseconds.
		Weight::from_parts(18_624_000, 0)
	}
	/// The range of component `c` is `[0, 1000]`.
	fn force_batch(c: u32, ) -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 11_712_000 picoseconds.
		Weight::from_parts(183_376_007, 0)
			// Standard error: 66_035
			.saturating_add(Weight::from_parts(5_835_514, 0).saturating_mul(c.into()))
	}
	fn dispatch_as_fallible() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 15_149_000 picoseconds.
		Weight::from_parts(18_194_000, 0)
	}
	fn if_else() -> Weight {
		// Proof in bytes: measured 0, estimated 0.
		// Shortest execution: 18_204_000 picoseconds.
		Weight::from_parts(21_551_000, 0)
	}
}
