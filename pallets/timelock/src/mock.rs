//! A chain for the tests, with a wall clock, a relay chain, and a clock that upgrades can change.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate as pallet_timelock;
use crate::Clock;
use polkadot_sdk::frame_support::{
	self, assert_ok, derive_impl, parameter_types,
	traits::{ConstU32, ConstU64, Hooks},
	weights::{constants::RocksDbWeight, Weight},
};
use polkadot_sdk::sp_runtime::{traits::BlockNumberProvider, BuildStorage};
use polkadot_sdk::{frame_system, pallet_balances, sp_io};

pub const ALICE: u64 = 1;
pub const BOB: u64 = 2;
/// An account that doesn't exist yet.
pub const NOBODY: u64 = 3;
/// More accounts than one block converts.
pub const CROWD: core::ops::Range<u64> = 100..125;
/// What Alice, Bob and everybody in the crowd have.
pub const FUNDS: u64 = 1_000;

/// The relay chain is older than ours.
pub const RELAY_START: u64 = 1_000;
/// Milliseconds between two relay chain blocks.
pub const RELAY_TICK: u64 = 6_000;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeTask,
		RuntimeHoldReason,
		RuntimeFreezeReason
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Timelock = pallet_timelock;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<u64>;
	type DbWeight = RocksDbWeight;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type ExistentialDeposit = ConstU64<10>;
}

impl pallet_timelock::Config for Test {
	type WeightInfo = ();
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type BlockNumberProvider = MockClock;
	type ClockId = ClockId;
	type MillisecsPerTick = MillisecsPerTick;
	type MaxLocks = ConstU32<4>;
	type MinimumLock = ConstU64<50>;
	type MaxConversionsPerBlock = ConstU32<4>;
}

parameter_types! {
	// The runtime's configuration, which upgrades change.
	pub static ClockId: Clock = Clock::Parachain;
	pub static MillisecsPerTick: u64 = 12_000;
	// The world around the runtime. Milliseconds since genesis:
	pub static WallClock: u64 = 0;
	// Milliseconds between two parachain blocks:
	pub static BlockTime: u64 = 12_000;
	// What the last inherent reported:
	pub static RelayNumber: u64 = RELAY_START;
	// What transactions leave of a block:
	pub static IdleWeight: Weight = Weight::MAX;
}

/// The clock of the runtime's configuration.
pub struct MockClock;
impl BlockNumberProvider for MockClock {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		match ClockId::get() {
			Clock::Parachain => System::block_number(),
			Clock::RelayChain => RelayNumber::get(),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_block_number(number: u64) {
		match ClockId::get() {
			Clock::Parachain => System::set_block_number(number),
			Clock::RelayChain => RelayNumber::set(number),
		}
	}
}

/// What a runtime upgrade changes: the clock, its milliseconds per tick, and the time between two
/// parachain blocks.
#[derive(Clone, Copy)]
pub struct Setup {
	pub clock: Clock,
	pub tick: u64,
	pub block_time: u64,
}

/// Own blocks, one every 12 s: how chains were before asynchronous backing.
pub const PHASE_2: Setup = Setup { clock: Clock::Parachain, tick: 12_000, block_time: 12_000 };
/// Relay chain blocks.
pub const PHASE_3: Setup = Setup { clock: Clock::RelayChain, tick: 6_000, block_time: 6_000 };
/// Own blocks, one every 6 s: a fork that stays with its clock.
pub const FASTER: Setup = Setup { clock: Clock::Parachain, tick: 6_000, block_time: 6_000 };

fn configure(setup: Setup) {
	ClockId::set(setup.clock);
	MillisecsPerTick::set(setup.tick);
	BlockTime::set(setup.block_time);
}

/// The state at genesis.
pub fn genesis(setup: Setup) -> sp_io::TestExternalities {
	// Threads run more than one test, and the statics live as long as the thread.
	configure(setup);
	WallClock::reset();
	RelayNumber::reset();
	IdleWeight::reset();
	let balances = [ALICE, BOB].into_iter().chain(CROWD).map(|who| (who, FUNDS)).collect();
	RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the genesis configuration is valid")
	.into()
}

/// Runs a test in block 1 of a chain, and checks the pallet's storage when it is over.
pub fn run_on(setup: Setup, test: impl FnOnce()) {
	genesis(setup).execute_with(|| {
		start_block();
		test();
		assert_ok!(Timelock::do_try_state());
	});
}

/// As [`run_on`], on the clock chains have before asynchronous backing.
pub fn run(test: impl FnOnce()) {
	run_on(PHASE_2, test);
}

fn start_block() {
	let number = System::block_number() + 1;
	System::set_block_number(number);
	WallClock::mutate(|now| *now += BlockTime::get());
	<Timelock as Hooks<u64>>::on_initialize(number);
	// The inherent comes after the hook, which therefore sees an old number.
	RelayNumber::set(RELAY_START + WallClock::get() / RELAY_TICK);
}

fn end_block() {
	let number = System::block_number();
	<Timelock as Hooks<u64>>::on_idle(number, IdleWeight::get());
	<Timelock as Hooks<u64>>::on_finalize(number);
}

/// Ends the present block, and begins the next.
pub fn next_block() {
	end_block();
	start_block();
}

/// Ends the present block, and begins the next with a new runtime.
pub fn upgrade(setup: Setup) {
	end_block();
	configure(setup);
	<Timelock as Hooks<u64>>::on_runtime_upgrade();
	assert_ok!(Timelock::do_try_state());
	start_block();
}
