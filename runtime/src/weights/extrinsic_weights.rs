//! What a transaction that does nothing costs, measured by `scripts/benchmark.sh`: do not edit.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//
// 2026-11-26, on AMD EPYC; warmup 10, repeat 100, benchmark CLI 62.0.0.

#![cfg_attr(rustfmt, rustfmt_skip)]

use polkadot_sdk::frame_support::parameter_types;
use polkadot_sdk::frame_support::weights::constants::WEIGHT_REF_TIME_PER_NANOS;
use polkadot_sdk::frame_support::weights::Weight;

parameter_types! {
	/// Weight of executing a NO-OP extrinsic, for example `System::remark`.
	/// Calculated by multiplying the *Average* with `1.0` and adding `0`.
	///
	/// Stats nanoseconds:
	///   Min, Max: 157_911, 302_904
	///   Average:  185_715
	///   Median:   165_464
	///   Std-Dev:  44532.03
	///
	/// Percentiles nanoseconds:
	///   99th: 301_405
	///   95th: 297_576
	///   75th: 172_064
	pub const ExtrinsicBaseWeight: Weight =
		Weight::from_parts(WEIGHT_REF_TIME_PER_NANOS.saturating_mul(185_715), 346);
}
