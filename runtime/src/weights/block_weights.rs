//! What a block without transactions costs, measured by `scripts/benchmark.sh`: do not edit.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//
// 2026-11-26, on AMD EPYC; warmup 10, repeat 100, benchmark CLI 62.0.0.

#![cfg_attr(rustfmt, rustfmt_skip)]

use polkadot_sdk::frame_support::parameter_types;
use polkadot_sdk::frame_support::weights::constants::WEIGHT_REF_TIME_PER_NANOS;
use polkadot_sdk::frame_support::weights::Weight;

parameter_types! {
	/// Weight of executing an empty block.
	/// Calculated by multiplying the *Average* with `1.0` and adding `0`.
	///
	/// Stats nanoseconds:
	///   Min, Max: 592_802, 695_344
	///   Average:  633_377
	///   Median:   631_123
	///   Std-Dev:  24821.21
	///
	/// Percentiles nanoseconds:
	///   99th: 693_160
	///   95th: 679_905
	///   75th: 646_252
	pub const BlockExecutionWeight: Weight =
		Weight::from_parts(WEIGHT_REF_TIME_PER_NANOS.saturating_mul(633_377), 2_483);
}
