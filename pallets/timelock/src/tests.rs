//! Tests: calls and their errors, then the change of clock.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::mock::*;
use crate::*;
use polkadot_sdk::frame_support::{
	assert_noop, assert_ok, assert_storage_noop, hypothetically,
	traits::{fungible::InspectHold, Hooks, LockableCurrency, WithdrawReasons},
	weights::{constants::RocksDbWeight, Weight},
};
use polkadot_sdk::sp_runtime::{ArithmeticError, DispatchError, TokenError};
use std::collections::BTreeSet;

fn signed(who: u64) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

/// Locks funds, and returns the lock's number.
fn locked(owner: u64, amount: u64, opens_at: u64, beneficiary: Option<u64>) -> u32 {
	assert_ok!(Timelock::lock(signed(owner), amount, opens_at, beneficiary));
	NextId::<Test>::get() - 1
}

fn held(who: u64) -> u64 {
	Balances::balance_on_hold(&HoldReason::Timelock.into(), &who)
}

/// The moment of an account's first lock, converted or not.
fn first_moment(owner: u64) -> u64 {
	Timelock::locks_of(&owner).expect("the account has a lock").locks[0].opens_at
}

/// Makes blocks until the lock can be opened, and returns what the wall clock shows then.
fn opening_time(owner: u64, id: u32) -> u64 {
	while let Err(error) = Timelock::open(signed(BOB), owner, id) {
		assert_eq!(error, DispatchError::from(Error::<Test>::TooEarly));
		assert!(WallClock::get() < 10_000_000, "the lock never opens");
		next_block();
	}
	WallClock::get()
}

// ---- calls ----

#[test]
fn locked_funds_stay_until_anyone_opens_the_lock() {
	run(|| {
		let id = locked(ALICE, 400, 4, None);
		System::assert_last_event(
			Event::<Test>::Locked { owner: ALICE, id, amount: 400, opens_at: 4, beneficiary: None }
				.into(),
		);
		assert_eq!((held(ALICE), Balances::free_balance(ALICE)), (400, 600));
		assert_noop!(
			Balances::transfer_allow_death(signed(ALICE), BOB, 601),
			TokenError::FundsUnavailable
		);

		next_block();
		next_block();
		assert_noop!(Timelock::open(signed(BOB), ALICE, id), Error::<Test>::TooEarly);
		next_block();
		assert_ok!(Timelock::open(signed(BOB), ALICE, id));
		System::assert_last_event(
			Event::<Test>::Opened { owner: ALICE, id, amount: 400, beneficiary: None }.into(),
		);
		assert_eq!((held(ALICE), Balances::free_balance(ALICE)), (0, FUNDS));
		assert!(!Locks::<Test>::contains_key(ALICE), "nothing is left behind");
	});
}

#[test]
fn a_beneficiary_is_paid_and_created_if_need_be() {
	run(|| {
		let to_bob = locked(ALICE, 300, 2, Some(BOB));
		let to_nobody = locked(ALICE, 50, 2, Some(NOBODY));
		next_block();
		assert_ok!(Timelock::open(signed(BOB), ALICE, to_bob));
		System::assert_last_event(
			Event::<Test>::Opened { owner: ALICE, id: to_bob, amount: 300, beneficiary: Some(BOB) }
				.into(),
		);
		assert_ok!(Timelock::open(signed(BOB), ALICE, to_nobody));
		assert_eq!(Balances::free_balance(ALICE), FUNDS - 350);
		assert_eq!(Balances::free_balance(BOB), FUNDS + 300);
		assert_eq!(Balances::free_balance(NOBODY), 50);
		assert_eq!(held(ALICE), 0);
	});
}

#[test]
fn frozen_funds_do_not_escape_through_a_beneficiary() {
	run(|| {
		let id = locked(ALICE, 900, 2, Some(BOB));
		Balances::set_lock(*b"vesting ", &ALICE, FUNDS, WithdrawReasons::all());
		next_block();
		assert_noop!(Timelock::open(signed(BOB), ALICE, id), TokenError::Frozen);
		Balances::remove_lock(*b"vesting ", &ALICE);
		assert_ok!(Timelock::open(signed(BOB), ALICE, id));
	});
}

#[test]
fn locks_are_refused_with_a_reason() {
	run(|| {
		let lock = |amount, opens_at| Timelock::lock(signed(ALICE), amount, opens_at, None);
		assert_noop!(Timelock::lock(RuntimeOrigin::none(), 50, 9, None), DispatchError::BadOrigin);
		assert_noop!(lock(49, 9), Error::<Test>::AmountTooLow);
		assert_noop!(lock(50, 1), Error::<Test>::InThePast);
		// The existential deposit can't be locked.
		assert_noop!(lock(FUNDS - 9, 9), TokenError::FundsUnavailable);
		for _ in 0..4 {
			assert_ok!(lock(50, 9));
		}
		assert_noop!(lock(50, 9), Error::<Test>::TooManyLocks);
		hypothetically!({
			NextId::<Test>::put(u32::MAX);
			assert_noop!(
				Timelock::lock(signed(BOB), 50, 9, None),
				DispatchError::Arithmetic(ArithmeticError::Overflow)
			);
		});
	});
}

#[test]
fn opening_is_refused_with_a_reason() {
	run(|| {
		let id = locked(ALICE, 50, 3, None);
		assert_noop!(Timelock::open(RuntimeOrigin::none(), ALICE, id), DispatchError::BadOrigin);
		assert_noop!(Timelock::open(signed(ALICE), BOB, id), Error::<Test>::NotFound);
		assert_noop!(Timelock::open(signed(ALICE), ALICE, id + 1), Error::<Test>::NotFound);
		assert_noop!(Timelock::open(signed(ALICE), ALICE, id), Error::<Test>::TooEarly);
	});
}

#[test]
fn an_owner_extends_a_lock() {
	run(|| {
		let id = locked(ALICE, 50, 3, None);
		assert_ok!(Timelock::extend(signed(ALICE), id, 4));
		System::assert_last_event(Event::<Test>::Extended { owner: ALICE, id, opens_at: 4 }.into());
		next_block();
		next_block();
		assert_noop!(Timelock::open(signed(ALICE), ALICE, id), Error::<Test>::TooEarly);
		next_block();
		// Due, but nobody has opened it.
		assert_ok!(Timelock::extend(signed(ALICE), id, 5));
		assert_noop!(Timelock::open(signed(ALICE), ALICE, id), Error::<Test>::TooEarly);
	});
}

#[test]
fn extending_is_refused_with_a_reason() {
	run(|| {
		let id = locked(ALICE, 50, 5, None);
		let promised = locked(ALICE, 50, 5, Some(BOB));
		let extend = |who, id, opens_at| Timelock::extend(signed(who), id, opens_at);
		assert_noop!(Timelock::extend(RuntimeOrigin::none(), id, 9), DispatchError::BadOrigin);
		assert_noop!(extend(ALICE, id, 1), Error::<Test>::InThePast);
		assert_noop!(extend(ALICE, id, 5), Error::<Test>::NotLater);
		assert_noop!(extend(ALICE, promised + 1, 9), Error::<Test>::NotFound);
		assert_noop!(extend(ALICE, promised, 9), Error::<Test>::HasBeneficiary);
		assert_noop!(extend(BOB, id, 9), Error::<Test>::NotFound);
	});
}

#[test]
fn numbers_are_never_given_out_twice() {
	run(|| {
		let first = locked(ALICE, 50, 2, None);
		let second = locked(BOB, 50, 2, None);
		next_block();
		assert_ok!(Timelock::open(signed(ALICE), ALICE, first));
		let third = locked(ALICE, 50, 3, None);
		assert_eq!((first, second, third), (0, 1, 2));
	});
}

// ---- arithmetic of clocks ----

#[test]
fn a_timebase_rounds_up_and_saturates() {
	let slow = Timebase {
		index: 0,
		clock: Clock::Parachain,
		millisecs_per_tick: 12_000,
		began_at: 10u32,
		began_at_millisecs: 500,
	};
	assert_eq!(slow.millisecs_at(9), 500, "long due is due");
	assert_eq!(slow.millisecs_at(11), 12_500);
	assert_eq!(slow.moment_at(0), 10);
	assert_eq!(slow.moment_at(500), 10);
	assert_eq!(slow.moment_at(501), 11);
	assert_eq!(slow.moment_at(12_500), 11);
	assert_eq!(slow.moment_at(u128::MAX), u32::MAX);
	let endless = Timebase { millisecs_per_tick: u64::MAX, began_at_millisecs: u64::MAX, ..slow };
	assert_eq!(slow.moment_at(endless.millisecs_at(u32::MAX)), u32::MAX);
}

// ---- change of clock ----

/// Opens locks of many lengths at many distances from an upgrade, each at the wall-clock time it
/// was made for, up to one block later.
fn keeps_time(from: Setup, to: Setup) {
	for ticks in 1..=12 {
		for blocks in 0..8 {
			run_on(from, || {
				let due = WallClock::get() + ticks * from.tick;
				let id = locked(ALICE, 50, Timelock::now() + ticks, None);
				for _ in 0..blocks {
					next_block();
				}
				if due <= WallClock::get() {
					return; // See the next test.
				}
				upgrade(to);
				let opened = opening_time(ALICE, id);
				assert!(
					due <= opened && opened < due + to.block_time,
					"{ticks} ticks, {blocks} blocks before the upgrade: due {due}, opened {opened}"
				);
			});
		}
	}
}

#[test]
fn locks_open_at_the_same_time_on_the_relay_clock() {
	keeps_time(PHASE_2, PHASE_3);
	keeps_time(FASTER, PHASE_3);
}

#[test]
fn locks_open_at_the_same_time_with_half_the_block_time() {
	keeps_time(PHASE_2, FASTER);
}

#[test]
fn locks_open_at_the_same_time_on_a_slower_clock() {
	keeps_time(PHASE_3, PHASE_2);
}

#[test]
fn due_locks_stay_due() {
	run(|| {
		let long_due = locked(ALICE, 50, 2, None);
		let just_due = locked(ALICE, 50, 4, None);
		next_block();
		next_block();
		next_block();
		upgrade(PHASE_3);
		assert_ok!(Timelock::open(signed(BOB), ALICE, long_due));
		assert_ok!(Timelock::open(signed(BOB), ALICE, just_due));
	});
}

#[test]
fn genesis_writes_the_clock_down() {
	run(|| {
		let first = Timebase {
			index: 0,
			clock: Clock::Parachain,
			millisecs_per_tick: 12_000,
			began_at: 0,
			began_at_millisecs: 0,
		};
		assert_eq!(CurrentTimebase::<Test>::get(), Some(first));
	});
}

#[test]
fn an_upgrade_that_adds_the_pallet_writes_the_clock_down() {
	run(|| {
		CurrentTimebase::<Test>::kill();
		upgrade(PHASE_2);
		assert_eq!(Timelock::timebase().index, 0);
		assert_eq!(CurrentTimebase::<Test>::get(), Some(Timelock::timebase()));
		assert!(!Conversion::<Test>::exists());
	});
}

#[test]
fn an_upgrade_that_keeps_the_clock_reads_one_item() {
	run(|| {
		locked(ALICE, 50, 9, None);
		let upgrade = <Timelock as Hooks<u64>>::on_runtime_upgrade;
		assert_storage_noop!(assert_eq!(upgrade(), RocksDbWeight::get().reads(1)));
	});
}

#[test]
fn a_change_of_clock_is_followed_once() {
	run(|| {
		locked(ALICE, 50, 11, None);
		next_block();
		let (from_now, to_now) = (System::block_number(), RelayNumber::get());
		upgrade(PHASE_3);
		System::assert_has_event(
			Event::<Test>::ClockChanged {
				timebase: 1,
				clock: Clock::RelayChain,
				from_now,
				from_millisecs: 12_000,
				to_now,
				to_millisecs: 6_000,
			}
			.into(),
		);
		assert_storage_noop!(<Timelock as Hooks<u64>>::on_runtime_upgrade());
		next_block();
		assert_eq!(Locks::<Test>::get(ALICE).map(|account| account.timebase), Some(1));
		assert_eq!(first_moment(ALICE), to_now + (11 - from_now) * 2);
		System::assert_has_event(Event::<Test>::ClockConverted { timebase: 1, accounts: 1 }.into());
		assert_storage_noop!(<Timelock as Hooks<u64>>::on_runtime_upgrade());
	});
}

/// One lock for each of the crowd, numbered in order, no two due at the same time.
fn lock_crowd() {
	for (owner, ticks) in CROWD.zip(20..) {
		locked(owner, 50, Timelock::now() + ticks, None);
	}
}

/// The relay chain's block at which a lock of [`lock_crowd`] opens, made at `millisecs`.
fn relay_moment(owner: u64, millisecs: u64) -> u64 {
	RELAY_START + (millisecs + (20 + owner - CROWD.start) * PHASE_2.tick) / RELAY_TICK
}

/// The last account in storage order that is in timebase `index`.
fn last_in(index: u32) -> u64 {
	let (owner, _) = Locks::<Test>::iter()
		.filter(|(_, account)| account.timebase == index)
		.last()
		.expect("there is one left");
	owner
}

#[test]
fn calls_during_a_conversion_see_the_new_clock() {
	run(|| {
		let made = WallClock::get();
		lock_crowd();
		upgrade(PHASE_3);

		// Every relay chain block has a higher number than these locks: read on the wrong clock,
		// they would be due.
		let extended = last_in(0);
		let id = (extended - CROWD.start) as u32;
		assert_noop!(Timelock::open(signed(BOB), extended, id), Error::<Test>::TooEarly);
		let moment = relay_moment(extended, made);
		assert_noop!(Timelock::extend(signed(extended), id, moment), Error::<Test>::NotLater);
		assert_ok!(Timelock::extend(signed(extended), id, moment + 1));
		assert_eq!(Locks::<Test>::get(extended).map(|account| account.timebase), Some(1));

		next_block();
		let locker = last_in(0);
		locked(locker, 50, moment, None);
		assert_eq!(Locks::<Test>::get(locker).map(|account| account.timebase), Some(1));

		// 25 accounts at 4 a block take 7 blocks, one of which has passed.
		for _ in 0..6 {
			assert!(Conversion::<Test>::exists());
			assert_ok!(Timelock::do_try_state());
			next_block();
		}
		assert!(!Conversion::<Test>::exists());
		System::assert_has_event(
			Event::<Test>::ClockConverted { timebase: 1, accounts: 23 }.into(),
		);
		for owner in CROWD {
			let late = u64::from(owner == extended);
			assert_eq!(first_moment(owner), relay_moment(owner, made) + late);
		}
	});
}

#[test]
fn the_clock_can_change_again_during_a_conversion() {
	run(|| {
		let made = WallClock::get();
		lock_crowd();
		next_block();
		upgrade(FASTER);
		next_block();
		upgrade(PHASE_3);
		let timebases = Locks::<Test>::iter().map(|(_, account)| account.timebase);
		assert_eq!(timebases.collect::<BTreeSet<_>>(), BTreeSet::from([0, 1]));

		for index in [0, 1] {
			let owner = last_in(index);
			let id = (owner - CROWD.start) as u32;
			let moment = relay_moment(owner, made);
			assert_noop!(Timelock::extend(signed(owner), id, moment), Error::<Test>::NotLater);
		}
		while Conversion::<Test>::exists() {
			assert_ok!(Timelock::do_try_state());
			next_block();
		}
		for owner in CROWD {
			assert_eq!(first_moment(owner), relay_moment(owner, made));
		}
		System::assert_has_event(
			Event::<Test>::ClockConverted { timebase: 2, accounts: 25 }.into(),
		);
	});
}

#[test]
fn a_conversion_waits_for_full_blocks() {
	run(|| {
		let made = WallClock::get();
		lock_crowd();
		IdleWeight::set(Weight::zero());
		upgrade(PHASE_3);
		for _ in 0..3 {
			next_block();
		}
		assert!(Locks::<Test>::iter().all(|(_, account)| account.timebase == 0));
		for owner in CROWD {
			assert_eq!(first_moment(owner), relay_moment(owner, made));
		}
	});
}

#[test]
fn a_conversion_stays_within_its_weight() {
	run(|| {
		lock_crowd();
		let idle = |limit| <Timelock as Hooks<u64>>::on_idle(System::block_number(), limit);
		let converted =
			|| Locks::<Test>::iter().filter(|(_, account)| account.timebase == 1).count();
		let base = <() as WeightInfo>::on_idle_base();
		let each = <() as WeightInfo>::convert_account();
		let a_little = Weight::from_parts(1, 0);
		assert_eq!(idle(Weight::MAX), base, "nothing to convert");

		upgrade(PHASE_3);
		assert_eq!(idle(base.saturating_sub(a_little)), Weight::zero());
		assert_eq!(idle(Weight::from_parts(u64::MAX, base.proof_size())), base);
		assert_eq!(converted(), 0);

		let two = base.saturating_add(each.saturating_mul(2));
		assert_eq!(idle(two.saturating_add(each).saturating_sub(a_little)), two);
		assert_eq!(converted(), 2);

		// However much room there is, no more than the configured number.
		assert_eq!(idle(Weight::MAX), base.saturating_add(each.saturating_mul(4)));
		assert_eq!(converted(), 6);
	});
}

// ---- storage checks ----

#[test]
fn try_state_notices_what_is_wrong() {
	run(|| {
		locked(ALICE, 50, 9, None);
		let edit = |change: fn(&mut AccountLocks<Test>)| {
			Locks::<Test>::mutate(ALICE, |entry| {
				change(entry.as_mut().expect("Alice has a lock"));
			});
		};
		let broken = |damage: &dyn Fn()| {
			hypothetically!({
				damage();
				Timelock::do_try_state().is_err()
			})
		};
		assert!(!broken(&|| ()));
		assert!(broken(&|| NextId::<Test>::put(0)));
		assert!(broken(&|| CurrentTimebase::<Test>::kill()));
		assert!(broken(&|| edit(|account| account.locks.clear())));
		assert!(broken(&|| edit(|account| account.locks[0].amount += 1)));
		assert!(broken(&|| edit(|account| account.timebase = 1)));
		assert!(broken(&|| edit(|account| {
			account.locks[0].amount = 25;
			let twin = account.locks[0].clone();
			account.locks.force_push(twin);
		})));
		assert!(broken(&|| {
			let old = Timelock::timebase();
			CurrentTimebase::<Test>::put(Timebase { index: 1, ..old });
		}));
		assert!(broken(&|| ClockId::set(Clock::RelayChain)));
		ClockId::set(Clock::Parachain);
	});
}
