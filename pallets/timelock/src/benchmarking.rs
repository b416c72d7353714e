//! Benchmarks: what each call and hook costs at worst.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0
//!
//! The worst case of every call finds the account full, and in a past timebase, so it has to
//! convert `MaxLocks` locks before it can begin.

use crate::*;
use polkadot_sdk::frame_benchmarking::v2::*;
use polkadot_sdk::frame_support::{traits::Get, weights::Weight};
use polkadot_sdk::frame_system::RawOrigin;

/// When the benchmarks' locks are made.
const NOW: u32 = 10;
/// When they can be opened.
const OPENS_AT: u32 = 20;

/// Gives `owner` as many locks for another account as `count` says, and funds for one more; then
/// ends the timebase they were made in.
fn prepare<T: Config>(owner: &T::AccountId, count: u32) -> Result<(), BenchmarkError> {
	let amount = T::MinimumLock::get();
	let funds = amount * BalanceOf::<T>::from(count.saturating_add(2));
	T::Currency::set_balance(owner, funds + T::Currency::minimum_balance());
	T::BlockNumberProvider::set_block_number(NOW.into());
	for _ in 0..count {
		let beneficiary = T::Lookup::unlookup(account("beneficiary", 0, 0));
		Pallet::<T>::lock(
			RawOrigin::Signed(owner.clone()).into(),
			amount,
			OPENS_AT.into(),
			Some(beneficiary),
		)?;
	}
	change_clock::<T>();
	Ok(())
}

/// Begins a new timebase on the same clock: to the pallet every lock is outdated, and yet the
/// moments in the benchmarks keep their meaning.
fn change_clock<T: Config>() {
	let old = Pallet::<T>::timebase();
	PastTimebases::<T>::insert(old.index, old);
	CurrentTimebase::<T>::put(Timebase { index: old.index.saturating_add(1), ..old });
	Conversion::<T>::put(Progress { last: None, accounts: 0 });
}

/// How many locks `owner` has in storage, and whether they are in the present timebase.
fn stored<T: Config>(owner: &T::AccountId) -> (u32, bool) {
	Locks::<T>::get(owner).map_or((0, true), |account| {
		(account.locks.len() as u32, account.timebase == Pallet::<T>::timebase().index)
	})
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn lock() -> Result<(), BenchmarkError> {
		let owner: T::AccountId = whitelisted_caller();
		let max = T::MaxLocks::get();
		prepare::<T>(&owner, max.saturating_sub(1))?;
		let beneficiary = T::Lookup::unlookup(account("beneficiary", 0, 0));

		#[extrinsic_call]
		_(
			RawOrigin::Signed(owner.clone()),
			T::MinimumLock::get(),
			OPENS_AT.into(),
			Some(beneficiary),
		);

		assert_eq!(stored::<T>(&owner), (max, true));
		Ok(())
	}

	/// A stranger opens the lock, and the beneficiary's account is created.
	#[benchmark]
	fn open() -> Result<(), BenchmarkError> {
		let owner: T::AccountId = account("owner", 0, 0);
		let max = T::MaxLocks::get();
		prepare::<T>(&owner, max)?;
		let id = NextId::<T>::get().saturating_sub(max);
		T::BlockNumberProvider::set_block_number(OPENS_AT.into());
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), T::Lookup::unlookup(owner.clone()), id);

		assert_eq!(stored::<T>(&owner).0, max.saturating_sub(1));
		Ok(())
	}

	#[benchmark]
	fn extend() -> Result<(), BenchmarkError> {
		let owner: T::AccountId = whitelisted_caller();
		let max = T::MaxLocks::get();
		prepare::<T>(&owner, max.saturating_sub(1))?;
		// The last lock has no beneficiary, or it could not be extended.
		let id = NextId::<T>::get();
		Pallet::<T>::lock(
			RawOrigin::Signed(owner.clone()).into(),
			T::MinimumLock::get(),
			OPENS_AT.into(),
			None,
		)?;
		change_clock::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(owner.clone()), id, (OPENS_AT + 1).into());

		assert_eq!(stored::<T>(&owner), (max, true));
		Ok(())
	}

	#[benchmark]
	fn convert_account() -> Result<(), BenchmarkError> {
		let owner: T::AccountId = account("owner", 0, 0);
		prepare::<T>(&owner, T::MaxLocks::get())?;
		let mut progress = Progress { last: None, accounts: 0 };

		#[block]
		{
			Pallet::<T>::convert_next(&mut progress);
		}

		assert_eq!(stored::<T>(&owner), (T::MaxLocks::get(), true));
		Ok(())
	}

	/// What a block spends besides converting accounts; at worst it finds that the pass is over.
	#[benchmark]
	fn on_idle_base() -> Result<(), BenchmarkError> {
		T::BlockNumberProvider::set_block_number(NOW.into());
		change_clock::<T>();

		#[block]
		{
			Pallet::<T>::convert_some(Weight::MAX);
		}

		assert!(!Conversion::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn on_finalize() -> Result<(), BenchmarkError> {
		T::BlockNumberProvider::set_block_number(NOW.into());

		#[block]
		{
			Pallet::<T>::note_moment();
		}

		assert_eq!(LastMoment::<T>::get(), Some(NOW.into()));
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::genesis(crate::mock::PHASE_2),
		crate::mock::Test
	);
}
