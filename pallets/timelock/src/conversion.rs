//! Following a change of clock: noticing it, and taking stored moments to the new timebase.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::{
	AccountLocks, Config, Conversion, CurrentTimebase, Error, Event, LastMoment, Locks, LocksOf,
	MomentOf, Pallet, PastTimebases, Progress, Timebase, TimebaseOf, WeightInfo,
};
use polkadot_sdk::frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use polkadot_sdk::sp_runtime::traits::BlockNumberProvider;
use polkadot_sdk::sp_runtime::SaturatedConversion;

impl<T: Config> Pallet<T> {
	/// The present moment: the block number on the configured clock.
	pub fn now() -> MomentOf<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// The timebase that new locks are made in.
	pub fn timebase() -> TimebaseOf<T> {
		CurrentTimebase::<T>::get().unwrap_or_else(Self::begin_timebase)
	}

	/// The locks of `who`, all moments in the present timebase, or `None` if there are none.
	///
	/// Read locks through this, never from storage directly: while a conversion runs, what is
	/// stored may still be counted in another clock's blocks.
	pub fn locks_of(who: &T::AccountId) -> Option<AccountLocks<T>> {
		Locks::<T>::get(who).map(Self::converted)
	}

	/// Changes the locks of `who`, and returns what `change` does.
	///
	/// The only way a call touches locks: what `change` sees is converted, and an account that is
	/// left without locks leaves storage.
	pub(crate) fn with_locks<R>(
		who: &T::AccountId,
		change: impl FnOnce(&mut LocksOf<T>) -> Result<R, Error<T>>,
	) -> Result<R, Error<T>> {
		let mut account = Self::locks_of(who).unwrap_or_else(|| AccountLocks {
			timebase: Self::timebase().index,
			locks: Default::default(),
		});
		let result = change(&mut account.locks)?;
		if account.locks.is_empty() {
			Locks::<T>::remove(who);
		} else {
			Locks::<T>::insert(who, account);
		}
		Ok(result)
	}

	/// Stores the first timebase, with the clock as it is configured, and returns it.
	///
	/// The line of milliseconds starts here; only distances on it matter.
	pub(crate) fn begin_timebase() -> TimebaseOf<T> {
		let timebase = Timebase {
			index: 0,
			clock: T::ClockId::get(),
			millisecs_per_tick: T::MillisecsPerTick::get(),
			began_at: Self::now(),
			began_at_millisecs: 0,
		};
		CurrentTimebase::<T>::put(timebase);
		timebase
	}

	/// Remembers what the clock shows at the end of a block.
	///
	/// After an upgrade the clock configured before it can't be asked any more; this is its answer.
	pub(crate) fn note_moment() {
		LastMoment::<T>::put(Self::now());
	}

	/// Compares the clock that the runtime is configured with to the one in storage. If they
	/// differ, begins a new timebase and starts the pass that converts all accounts to it.
	///
	/// Both clocks are read at the same instant, the end of the last block of the old runtime: the
	/// old one was noted in `on_finalize`, and the new one, asked before `on_initialize`, still
	/// shows what it showed then. `frame_system` has not counted the new block yet, and the relay
	/// chain's number is only replaced by the new block's inherent. So what is left of a lock
	/// is exact on both clocks, and conversion errs by its rounding alone, less than a tick.
	pub(crate) fn follow_clock() -> Weight {
		let Some(old) = CurrentTimebase::<T>::get() else {
			// The pallet is new on this chain: there is nothing to convert.
			Self::begin_timebase();
			return T::DbWeight::get().reads_writes(2, 1);
		};
		let (clock, millisecs_per_tick) = (T::ClockId::get(), T::MillisecsPerTick::get());
		if (old.clock, old.millisecs_per_tick) == (clock, millisecs_per_tick) {
			return T::DbWeight::get().reads(1);
		}

		let from_now = LastMoment::<T>::get().unwrap_or(old.began_at);
		let new = Timebase {
			index: old.index.saturating_add(1),
			clock,
			millisecs_per_tick,
			began_at: Self::now(),
			began_at_millisecs: old.millisecs_at(from_now).saturated_into::<u64>(),
		};
		PastTimebases::<T>::insert(old.index, old);
		CurrentTimebase::<T>::put(new);
		// If a pass was under way it starts over: the accounts behind it are outdated again. The
		// ones before it go straight to the new timebase.
		Conversion::<T>::put(Progress { last: None, accounts: 0 });
		Self::deposit_event(Event::ClockChanged {
			timebase: new.index,
			clock,
			from_now,
			from_millisecs: old.millisecs_per_tick,
			to_now: new.began_at,
			to_millisecs: millisecs_per_tick,
		});
		// Six items read: timebase, last moment, clock, and three for the event. Five written:
		// both timebases, the progress, and two for the event.
		T::DbWeight::get().reads_writes(6, 5)
	}

	/// Takes the conversion on by as many accounts as `limit` and the configuration allow, and
	/// returns the weight that took.
	pub(crate) fn convert_some(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		if meter.try_consume(T::WeightInfo::on_idle_base()).is_err() {
			return Weight::zero();
		}
		let Some(mut progress) = Conversion::<T>::get() else { return meter.consumed() };
		for _ in 0..T::MaxConversionsPerBlock::get() {
			if meter.try_consume(T::WeightInfo::convert_account()).is_err() {
				break;
			}
			if !Self::convert_next(&mut progress) {
				Conversion::<T>::kill();
				Self::deposit_event(Event::ClockConverted {
					timebase: Self::timebase().index,
					accounts: progress.accounts,
				});
				return meter.consumed();
			}
		}
		Conversion::<T>::put(progress);
		meter.consumed()
	}

	/// Visits the account after `progress.last`, and converts it if a call has not done so already.
	/// Returns `false` if there is no such account.
	///
	/// The order is that of the hashed keys, so an account that gets its first lock meanwhile may
	/// fall behind the pass. It was made in the new timebase, and needs no visit.
	pub(crate) fn convert_next(progress: &mut Progress<T::AccountId>) -> bool {
		let next = match &progress.last {
			Some(last) => Locks::<T>::iter_keys_from_key(last).next(),
			None => Locks::<T>::iter_keys().next(),
		};
		let Some(who) = next else { return false };
		if let Some(account) = Locks::<T>::get(&who) {
			if account.timebase != Self::timebase().index {
				Locks::<T>::insert(&who, Self::converted(account));
				progress.accounts = progress.accounts.saturating_add(1);
			}
		}
		progress.last = Some(who);
		true
	}

	/// Takes every moment of `account` to the present timebase.
	fn converted(mut account: AccountLocks<T>) -> AccountLocks<T> {
		let present = Self::timebase();
		if account.timebase == present.index {
			return account;
		}
		let Some(past) = PastTimebases::<T>::get(account.timebase) else {
			defensive!("a timebase is stored before locks name it, and never removed");
			return account;
		};
		for lock in account.locks.iter_mut() {
			lock.opens_at = present.moment_at(past.millisecs_at(lock.opens_at));
		}
		account.timebase = present.index;
		account
	}
}
