//! What a read and a write of one key of the state cost, measured by `scripts/benchmark.sh`: do not edit.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//
// 2026-11-26, on AMD EPYC; mode ValidateBlock, batches of 5000, rounds 1, benchmark CLI 62.0.0.

#![cfg_attr(rustfmt, rustfmt_skip)]

use polkadot_sdk::frame_support::parameter_types;
use polkadot_sdk::frame_support::weights::constants::WEIGHT_REF_TIME_PER_NANOS;
use polkadot_sdk::frame_support::weights::RuntimeDbWeight;

parameter_types! {
	/// Weight of one key in a validator's memory, out of a block's proof.
	/// Each is the *Average* of all batches, times `1.5` plus `0`.
	pub const InMemoryDbWeight: RuntimeDbWeight = RuntimeDbWeight {
		// Nanoseconds for a key: least 16_106, most 39_170, average 24_134, median 22_017, deviation 5159.01.
		read: 36_201 * WEIGHT_REF_TIME_PER_NANOS,
		// Nanoseconds for a key: least 43_193, most 78_892, average 56_426, median 52_048, deviation 10170.92.
		write: 84_639 * WEIGHT_REF_TIME_PER_NANOS,
	};
}
