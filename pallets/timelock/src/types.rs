//! What the pallet stores: clocks, timebases, locks.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::{Config, LocksOf};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::frame_support::{DebugNoBound, EqNoBound, PartialEqNoBound};
use polkadot_sdk::sp_runtime::{traits::AtLeast32BitUnsigned, SaturatedConversion};
use scale_info::TypeInfo;

/// The chain whose blocks are counted.
///
/// It is stored, so a runtime can tell that the one before it counted other blocks. The encoding
/// is therefore for ever: add variants at the end only.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Clock {
	/// This chain's own blocks, `frame_system`'s block number.
	Parachain,
	/// The relay chain's blocks, as the parachain's inherent reports them.
	RelayChain,
}

/// One way of reading moments: which blocks are counted, how long each lasts, since when.
///
/// A timebase knows where it began both on its own clock and on a line of milliseconds that runs
/// through all timebases of the chain. That takes a moment of any timebase to any later one in a
/// single step, however many changes lie between.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Timebase<Moment> {
	/// How many timebases there were before. An account's locks name theirs by this number.
	pub index: u32,
	/// The clock that moments are read on.
	pub clock: Clock,
	/// Milliseconds between two blocks of the clock.
	pub millisecs_per_tick: u64,
	/// The block number on the clock when this timebase began.
	pub began_at: Moment,
	/// Milliseconds from the start of the line to the start of this timebase.
	pub began_at_millisecs: u64,
}

impl<Moment: AtLeast32BitUnsigned + Copy> Timebase<Moment> {
	/// Where `moment` lies on the line of milliseconds.
	///
	/// What came before this timebase counts as its beginning: long due is merely due.
	pub fn millisecs_at(&self, moment: Moment) -> u128 {
		let ticks =
			moment.saturated_into::<u128>().saturating_sub(self.began_at.saturated_into::<u128>());
		ticks
			.saturating_mul(u128::from(self.millisecs_per_tick))
			.saturating_add(u128::from(self.began_at_millisecs))
	}

	/// The first moment of this timebase at or after `millisecs` on the line.
	///
	/// It rounds up: a lock may open a part of a tick late, but never early.
	pub fn moment_at(&self, millisecs: u128) -> Moment {
		let since_began = millisecs.saturating_sub(u128::from(self.began_at_millisecs));
		// `integrity_test` refuses a tick of zero milliseconds; the stored one is read with care.
		let ticks = since_began.div_ceil(u128::from(self.millisecs_per_tick.max(1)));
		Moment::saturated_from(self.began_at.saturated_into::<u128>().saturating_add(ticks))
	}
}

/// Funds set aside until a moment.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Lock<AccountId, Balance, Moment> {
	/// The lock's number, never given to another lock of this chain.
	pub id: u32,
	/// The funds, in units of the pallet's currency.
	pub amount: Balance,
	/// The first moment at which the lock can be opened, in the timebase of its account.
	pub opens_at: Moment,
	/// Who gets the funds; the owner if nobody is named.
	pub beneficiary: Option<AccountId>,
}

/// The locks of one account.
// The `NoBound` derives bound the fields, not `T`: a runtime itself is neither `Eq` nor encodable.
#[derive(DebugNoBound, Decode, Encode, EqNoBound, MaxEncodedLen, PartialEqNoBound, TypeInfo)]
#[codec(mel_bound(T: Config))]
#[scale_info(skip_type_params(T))]
pub struct AccountLocks<T: Config> {
	/// The index of the timebase that every moment in `locks` is read in.
	pub timebase: u32,
	/// The locks, oldest first, never empty in storage.
	pub locks: LocksOf<T>,
}

/// How far the pass over all accounts has come that follows a change of clock.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Progress<AccountId> {
	/// The last account visited, in the order of storage; none yet if `None`.
	pub last: Option<AccountId>,
	/// How many accounts the pass converted itself.
	pub accounts: u32,
}
