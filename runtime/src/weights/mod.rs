//! What calls cost, measured by `scripts/benchmark.sh`, for the pallets that bring no weights of their own.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

pub mod cumulus_pallet_weight_reclaim;
pub mod pallet_xcm;
