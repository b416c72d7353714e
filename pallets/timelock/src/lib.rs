//! The timelock pallet: an account locks part of its balance until a block of a configurable clock.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//!
//! # What it does
//!
//! [`lock`](Pallet::lock) puts funds on hold until a *moment*, a block number of
//! [`Config::BlockNumberProvider`]. Once the moment has come anyone may [`open`](Pallet::open) the
//! lock: the funds go back to the owner, or to the beneficiary named when it was made. An owner may
//! [`extend`](Pallet::extend) a lock that has no beneficiary; one that has is a promise, and keeps
//! its moment.
//!
//! # The lesson: block numbers are not time
//!
//! A lock of 100 blocks is 20 minutes on a chain that makes a block every 12 s, and 10 minutes once
//! it makes one every 6 s. Every pallet that stores block numbers has this problem on the day a
//! chain turns asynchronous backing on. Two things help, and this pallet shows both:
//!
//! - *A clock that doesn't change.* The relay chain makes a block every 6 s, however fast the
//!   parachain is. New chains count its blocks from the start.
//! - *Converting what is stored.* A chain that counted its own blocks until now has to take every
//!   stored moment to the new clock, once, so that locks open at the wall-clock time they were
//!   made for.
//!
//! The usual tool for the second, a migration guarded by a storage version, is no help: the
//! pallet's code is the same before and after, only its configuration changes. So the clock is
//! stored, as a [`Timebase`], and each runtime upgrade compares it with the one configured. If they
//! differ, a new timebase begins, and a bounded number of accounts per block is converted to it.
//! Calls convert the account they touch first, so nobody ever acts on a moment of the wrong clock.
//! A second change before all accounts are done is no special case: each account knows its
//! timebase, and any timebase leads to the present one in one step.
//!
//! A conversion is as good as the milliseconds it is told. A parachain that is said to make a block
//! every 12 s and makes one every 13 s has locks that open late before the change, not because of
//! it. Beyond that the error is less than a block of the new clock from rounding (up: never early),
//! and at most one more because a parachain block may build on an older relay block.
//!
//! # How to configure it
//!
//! `BlockNumberProvider`, `ClockId` and `MillisecsPerTick` describe one clock in three ways: change
//! them together, and raise `spec_version`, or no upgrade will be noticed. Up to phase 2:
//!
//! ```ignore
//! parameter_types! {
//!     pub const TimelockClock: Clock = Clock::Parachain;
//! }
//! impl pallet_timelock::Config for Runtime {
//!     type WeightInfo = pallet_timelock::weights::SubstrateWeight<Runtime>;
//!     type RuntimeHoldReason = RuntimeHoldReason;
//!     type Currency = Balances;
//!     type BlockNumberProvider = System;
//!     type ClockId = TimelockClock;
//!     type MillisecsPerTick = ConstU64<12_000>;
//!     type MaxLocks = ConstU32<16>;
//!     type MinimumLock = ExistentialDeposit;
//!     type MaxConversionsPerBlock = ConstU32<100>;
//! }
//! ```
//!
//! From phase 3 on the three are
//! `cumulus_pallet_parachain_system::RelaychainDataProvider<Runtime>`, `Clock::RelayChain` and
//! 6000. A chain that adds the pallet after phase 3 starts with those.
//!
//! # For clients
//!
//! A lock in storage is to be read together with the `timebase` beside it. If that is not the index
//! of `CurrentTimebase`, the account waits for its conversion: the last [`Event::ClockChanged`] has
//! the numbers for it. What is in the runtime calls [`Pallet::locks_of`].
//!
//! # Where things are
//!
//! `lib.rs` is the pallet as a chain sees it, `types.rs` what it stores and the arithmetic of
//! clocks, `conversion.rs` what happens when the clock changes.

#![cfg_attr(not(feature = "std"), no_std)]

pub use pallet::*;
pub use types::{AccountLocks, Clock, Lock, Progress, Timebase};
pub use weights::WeightInfo;

mod conversion;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

use polkadot_sdk::frame_support::{
	self,
	traits::{
		fungible::{Inspect, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Restriction},
	},
};
use polkadot_sdk::frame_system;
use polkadot_sdk::sp_runtime::traits::{BlockNumberProvider, StaticLookup};
use polkadot_sdk::sp_runtime::ArithmeticError;

/// An amount in units of the pallet's currency.
pub type BalanceOf<T> =
	<<T as Config>::Currency as Inspect<<T as frame_system::Config>::AccountId>>::Balance;
/// A block number of the pallet's clock, which need not be the chain's own.
pub type MomentOf<T> = <<T as Config>::BlockNumberProvider as BlockNumberProvider>::BlockNumber;
/// One lock.
pub type LockOf<T> = Lock<<T as frame_system::Config>::AccountId, BalanceOf<T>, MomentOf<T>>;
/// All locks of an account. Bounded, like everything in storage: a block's proof has a size limit.
pub type LocksOf<T> = frame_support::BoundedVec<LockOf<T>, <T as Config>::MaxLocks>;
/// A timebase of the pallet's clock.
pub type TimebaseOf<T> = Timebase<MomentOf<T>>;
/// An account as a transaction names it, `MultiAddress` on most chains.
type AccountIdLookupOf<T> = <<T as frame_system::Config>::Lookup as StaticLookup>::Source;

/// A FRAME pallet is a module. Attributes tell the macro what each item is: what a runtime has to
/// configure, what is stored, what can be called.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use polkadot_sdk::frame_support::pallet_prelude::*;
	use polkadot_sdk::frame_system::pallet_prelude::*;

	/// The version of the storage's layout, for migrations. It says nothing about the clock: that
	/// is the runtime's configuration, not the pallet's code.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet itself, a type that the runtime `T` gives its meaning.
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What a runtime decides for this pallet. The bound on its event type lets the pallet's events
	/// become the runtime's.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// What calls and hooks cost, measured by the benchmarks.
		type WeightInfo: WeightInfo;

		/// The runtime's list of reasons why funds are on hold, which ours is one of.
		type RuntimeHoldReason: From<HoldReason>;

		/// The balances that are locked. `Mutate` is what the benchmarks mint with.
		type Currency: MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ Mutate<Self::AccountId>;

		/// The clock whose blocks are moments. Another clock has to have numbers of the same type: entries
		/// hold them as they are.
		type BlockNumberProvider: BlockNumberProvider;

		/// Which clock that is. It is compared with the stored one at each upgrade.
		#[pallet::constant]
		type ClockId: Get<Clock>;

		/// Milliseconds between two blocks of the clock; more than zero.
		#[pallet::constant]
		type MillisecsPerTick: Get<u64>;

		/// How many locks an account can have at once; more than zero. Never fewer than before, unless a
		/// migration sees to it: an entry with more is not read, and the next lock takes its place.
		#[pallet::constant]
		type MaxLocks: Get<u32>;

		/// The smallest amount that can be locked, in units of the currency. At least the
		/// existential deposit: paying it must be enough to create the beneficiary's account.
		#[pallet::constant]
		type MinimumLock: Get<BalanceOf<Self>>;

		/// How many accounts a block converts at most after a change of clock; more than zero.
		/// What the block has room for is a second limit.
		#[pallet::constant]
		type MaxConversionsPerBlock: Get<u32>;
	}

	/// Why this pallet puts funds on hold. A hold belongs to its reason, so no other pallet can
	/// release ours, and a wallet can tell its user where the money is.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Locked until a moment.
		Timelock,
	}

	/// The locks of each account. An account without locks has no entry.
	///
	/// Moments are in the timebase the entry names, which is not the present one while a
	/// conversion is under way. The hash keeps a user from choosing where in the trie keys go; the
	/// account follows it in the clear, so the map can be walked.
	#[pallet::storage]
	pub type Locks<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, AccountLocks<T>>;

	/// The number of the next lock. One counter for the whole chain, so that an id names one lock
	/// for ever: a counter per account would start over when the account's last lock is opened, and
	/// an indexer, or a prepared transaction, would take the new lock for the old.
	#[pallet::storage]
	pub type NextId<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The timebase that new locks are made in: the clock of the runtime that last ran an upgrade.
	#[pallet::storage]
	pub type CurrentTimebase<T: Config> = StorageValue<_, TimebaseOf<T>>;

	/// The timebases before that, by index. An entry is 25 bytes, and there is one per change of
	/// clock in the chain's life, so they are kept.
	#[pallet::storage]
	pub type PastTimebases<T: Config> = StorageMap<_, Twox64Concat, u32, TimebaseOf<T>>;

	/// What the clock showed at the end of the last block.
	#[pallet::storage]
	pub type LastMoment<T: Config> = StorageValue<_, MomentOf<T>>;

	/// The conversion under way, if any.
	#[pallet::storage]
	pub type Conversion<T: Config> = StorageValue<_, Progress<T::AccountId>>;

	/// What the chain starts from: the pallet has nothing to set, but a clock to write down.
	#[pallet::genesis_config]
	#[derive(polkadot_sdk::frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Ties the type to the runtime; not part of the chain specification.
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::begin_timebase();
		}
	}

	/// What the pallet reports. Events are for those who watch the chain; no code of the chain
	/// reads them.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Funds were locked.
		Locked {
			/// Whose funds.
			owner: T::AccountId,
			/// The number of the lock.
			id: u32,
			/// How much, in units of the currency.
			amount: BalanceOf<T>,
			/// From which moment on the lock can be opened.
			opens_at: MomentOf<T>,
			/// Who gets the funds, if not the owner.
			beneficiary: Option<T::AccountId>,
		},
		/// A lock was opened, and its funds paid out.
		Opened {
			/// Whose lock.
			owner: T::AccountId,
			/// The number of the lock.
			id: u32,
			/// How much, in units of the currency.
			amount: BalanceOf<T>,
			/// Who got the funds, if not the owner.
			beneficiary: Option<T::AccountId>,
		},
		/// A lock was moved to a later moment.
		Extended {
			/// Whose lock.
			owner: T::AccountId,
			/// The number of the lock.
			id: u32,
			/// From which moment on it can be opened now.
			opens_at: MomentOf<T>,
		},
		/// The runtime counts time in other blocks than before. Moments a client knows are
		/// outdated: `to_now + ceil((moment - from_now) * from_millisecs / to_millisecs)` is the
		/// new one of those after `from_now`, and `to_now` of the others.
		ClockChanged {
			/// The index of the timebase that begins.
			timebase: u32,
			/// The clock of that timebase.
			clock: Clock,
			/// What the old clock showed at the change.
			from_now: MomentOf<T>,
			/// Milliseconds between two blocks of the old clock.
			from_millisecs: u64,
			/// What the new clock showed at the change.
			to_now: MomentOf<T>,
			/// Milliseconds between two blocks of the new clock.
			to_millisecs: u64,
		},
		/// Every account has been converted to the present timebase.
		ClockConverted {
			/// The index of that timebase.
			timebase: u32,
			/// How many accounts needed it. Those converted by a call before aren't counted.
			accounts: u32,
		},
	}

	/// Why a call fails. A failed call changes nothing but the fee payer's balance.
	#[pallet::error]
	pub enum Error<T> {
		/// The amount is below `MinimumLock`: lock more.
		AmountTooLow,
		/// The account has `MaxLocks` locks: open one that is due first.
		TooManyLocks,
		/// The account has no lock of that number: look the number up in `Locks`. Perhaps it was
		/// opened already.
		NotFound,
		/// The lock's moment has not come: try again when the clock shows `opens_at`.
		TooEarly,
		/// The moment is not after the present one: choose a later one, and check that it is a block
		/// number of the clock `ClockId` names.
		InThePast,
		/// The lock opens at that moment or later anyway: choose a moment after `opens_at`.
		NotLater,
		/// The lock is promised to a beneficiary, and can't be moved: make another one instead.
		HasBeneficiary,
	}

	/// Code that runs in every block, whether or not anyone calls the pallet.
	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Runs before everything else in the first block of a new runtime.
		fn on_runtime_upgrade() -> Weight {
			Self::follow_clock()
		}

		/// Announces the weight of `on_finalize`, which can't return any itself.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::on_finalize()
		}

		/// Converts accounts with what the block's transactions left of its weight. Full blocks can
		/// put that off for as long as they like: calls convert what they touch, so nothing
		/// depends on when the pass ends. In `on_initialize` it would be forced work, taken from
		/// transactions.
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::convert_some(remaining)
		}

		/// Notes the clock at the end of the block: by then the inherent has brought the relay
		/// chain's number up to date, which it was not in `on_initialize`.
		fn on_finalize(_: BlockNumberFor<T>) {
			Self::note_moment();
		}

		/// Checks a runtime's configuration, as a test of that runtime.
		fn integrity_test() {
			assert!(T::MillisecsPerTick::get() > 0, "a block of the clock must last a while");
			assert!(T::MaxLocks::get() > 0, "without room for a lock nothing can be locked");
			assert!(T::MaxConversionsPerBlock::get() > 0, "a conversion would never end");
			assert!(
				T::MinimumLock::get() >= T::Currency::minimum_balance(),
				"a lock must be able to create its beneficiary's account"
			);
		}

		/// Checks the pallet's storage; run by `try-runtime` on a copy of a live chain's state.
		#[cfg(feature = "try-runtime")]
		fn try_state(
			_: BlockNumberFor<T>,
		) -> Result<(), polkadot_sdk::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	/// What transactions can ask for. An index names a call on the wire, and must stay with it for
	/// as long as the chain lives.
	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Locks `amount` of the caller's free balance, in units of the currency, until the clock
		/// shows `opens_at`. Then it is paid to `beneficiary`, or released to the caller.
		///
		/// `opens_at` can't be misread by another clock: a transaction is signed for one
		/// `spec_version`, and the clock only changes with it.
		///
		/// Fails with `AmountTooLow`, `InThePast`, `TooManyLocks`, with the currency's error if the
		/// caller can't spare the amount, or with `Overflow` when all 2^32 numbers are used up.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::lock())]
		pub fn lock(
			origin: OriginFor<T>,
			#[pallet::compact] amount: BalanceOf<T>,
			opens_at: MomentOf<T>,
			beneficiary: Option<AccountIdLookupOf<T>>,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			let beneficiary = beneficiary.map(T::Lookup::lookup).transpose()?;
			ensure!(amount >= T::MinimumLock::get(), Error::<T>::AmountTooLow);
			ensure!(opens_at > Self::now(), Error::<T>::InThePast);

			let id = NextId::<T>::get();
			NextId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
			let lock = Lock { id, amount, opens_at, beneficiary: beneficiary.clone() };
			Self::with_locks(&owner, |locks| {
				locks.try_push(lock).map_err(|_| Error::<T>::TooManyLocks)
			})?;
			T::Currency::hold(&HoldReason::Timelock.into(), &owner, amount)?;
			Self::deposit_event(Event::Locked { owner, id, amount, opens_at, beneficiary });
			Ok(())
		}

		/// Opens lock `id` of `owner`, and pays its funds out. Anyone may do it, so a beneficiary
		/// needs nobody's cooperation, nor funds of their own if somebody else cares to.
		///
		/// Fails with `NotFound`, `TooEarly`, or with the currency's error if the funds can't move
		/// yet.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::open())]
		pub fn open(origin: OriginFor<T>, owner: AccountIdLookupOf<T>, id: u32) -> DispatchResult {
			ensure_signed(origin)?;
			let owner = T::Lookup::lookup(owner)?;
			let Lock { amount, beneficiary, .. } = Self::with_locks(&owner, |locks| {
				let position =
					locks.iter().position(|lock| lock.id == id).ok_or(Error::<T>::NotFound)?;
				ensure!(locks[position].opens_at <= Self::now(), Error::<T>::TooEarly);
				Ok(locks.remove(position))
			})?;

			let reason: T::RuntimeHoldReason = HoldReason::Timelock.into();
			match &beneficiary {
				None => T::Currency::release(&reason, &owner, amount, Precision::Exact)?,
				// Polite: funds that another pallet has frozen, because they are not vested say,
				// can be locked, but must not escape through a beneficiary. They wait.
				Some(beneficiary) => T::Currency::transfer_on_hold(
					&reason,
					&owner,
					beneficiary,
					amount,
					Precision::Exact,
					Restriction::Free,
					Fortitude::Polite,
				)?,
			};
			Self::deposit_event(Event::Opened { owner, id, amount, beneficiary });
			Ok(())
		}

		/// Moves the caller's lock `id` to a later moment, `opens_at`. A lock that is due but not
		/// opened yet can be extended, too.
		///
		/// Fails with `InThePast`, `NotFound`, `HasBeneficiary`, or `NotLater`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::extend())]
		pub fn extend(origin: OriginFor<T>, id: u32, opens_at: MomentOf<T>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			ensure!(opens_at > Self::now(), Error::<T>::InThePast);
			Self::with_locks(&owner, |locks| {
				let lock =
					locks.iter_mut().find(|lock| lock.id == id).ok_or(Error::<T>::NotFound)?;
				ensure!(lock.beneficiary.is_none(), Error::<T>::HasBeneficiary);
				ensure!(opens_at > lock.opens_at, Error::<T>::NotLater);
				lock.opens_at = opens_at;
				Ok(())
			})?;
			Self::deposit_event(Event::Extended { owner, id, opens_at });
			Ok(())
		}
	}

	#[cfg(any(test, feature = "try-runtime"))]
	impl<T: Config> Pallet<T> {
		/// Checks what must be true of the pallet's storage between any two blocks.
		pub(crate) fn do_try_state() -> Result<(), polkadot_sdk::sp_runtime::TryRuntimeError> {
			use polkadot_sdk::frame_support::traits::fungible::InspectHold;
			use polkadot_sdk::sp_runtime::SaturatedConversion;

			let Some(present) = CurrentTimebase::<T>::get() else {
				ensure!(Locks::<T>::iter_keys().next().is_none(), "locks without a timebase");
				return Ok(());
			};
			ensure!(
				present.clock == T::ClockId::get()
					&& present.millisecs_per_tick == T::MillisecsPerTick::get(),
				"the clock was changed without raising spec_version"
			);

			let next_id = NextId::<T>::get();
			let converting = Conversion::<T>::exists();
			for (owner, account) in Locks::<T>::iter() {
				ensure!(!account.locks.is_empty(), "an account without locks has an entry");
				ensure!(account.timebase <= present.index, "a timebase from the future");
				ensure!(
					account.timebase == present.index || converting,
					"an account was left out of the conversion"
				);
				ensure!(
					account.timebase == present.index
						|| PastTimebases::<T>::contains_key(account.timebase),
					"a timebase is missing"
				);
				let mut held = 0u128;
				for (index, lock) in account.locks.iter().enumerate() {
					ensure!(lock.id < next_id, "a number that was not given out");
					ensure!(
						account.locks.iter().skip(index + 1).all(|other| other.id != lock.id),
						"two locks with one number"
					);
					held = held.saturating_add(lock.amount.saturated_into::<u128>());
				}
				let on_hold = <T::Currency as InspectHold<T::AccountId>>::balance_on_hold(
					&HoldReason::Timelock.into(),
					&owner,
				);
				ensure!(
					held == on_hold.saturated_into::<u128>(),
					"the locks don't add up to what is on hold"
				);
			}
			Ok(())
		}
	}
}
