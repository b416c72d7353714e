//! The token: balances, and what transactions cost.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::weights::extrinsic_weights::ExtrinsicBaseWeight;
use crate::*;
use frame_support::traits::ConstU128;
use frame_support::traits::ConstU8;
use frame_support::traits::VariantCountOf;
use frame_support::weights::ConstantMultiplier;
use frame_support::weights::FeePolynomial;
use frame_support::weights::WeightToFeeCoefficient;
use sp_runtime::Perbill;

/// What a byte of a transaction costs, in the token's smallest unit.
pub const TRANSACTION_BYTE_FEE: Balance = 10 * MICROUNIT;
/// What each transaction costs besides its bytes and its weight, in the token's smallest unit: its base fee.
pub const BASE_TRANSACTION_FEE: Balance = MILLIUNIT;

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = weights::pallet_balances::WeightInfo<Runtime>;
	type Balance = Balance;
	type DustRemoval = ();
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

/// A price in proportion to one part of a weight, `p` for every `q` of it.
fn proportional(p: Balance, q: Balance) -> FeePolynomial<Balance> {
	let coefficient = WeightToFeeCoefficient {
		degree: 1,
		negative: false,
		coeff_frac: Perbill::from_rational(p % q, q),
		coeff_integer: p / q,
	};
	FeePolynomial::from(frame_support::weights::WeightToFeeCoefficients::from_iter([coefficient]))
}

/// What a weight costs: its execution time or its proof, whichever takes the larger share of a block. Execution is priced so
/// that what an empty transaction takes costs [`BASE_TRANSACTION_FEE`], and a block full of proof as much as a block full of time:
/// with `MAXIMUM_BLOCK_WEIGHT`'s time rises the price of a byte of proof.
pub struct WeightToFee;

impl frame_support::weights::WeightToFee for WeightToFee {
	type Balance = Balance;

	fn weight_to_fee(weight: &Weight) -> Balance {
		let base = Balance::from(ExtrinsicBaseWeight::get().ref_time());
		let full_block =
			BASE_TRANSACTION_FEE * Balance::from(MAXIMUM_BLOCK_WEIGHT.ref_time()) / base;
		let time = proportional(BASE_TRANSACTION_FEE, base).eval(weight.ref_time());
		let proof = proportional(full_block, Balance::from(MAXIMUM_BLOCK_WEIGHT.proof_size()))
			.eval(weight.proof_size());
		time.max(proof)
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<
		Balances,
		parachains_common::impls::DealWithFees<Runtime>,
	>;
	type WeightToFee = WeightToFee;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<TRANSACTION_BYTE_FEE>>;
	type FeeMultiplierUpdate = polkadot_runtime_common::SlowAdjustingFeeUpdate<Runtime>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = weights::pallet_transaction_payment::WeightInfo<Runtime>;
}
