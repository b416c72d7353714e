//! Messages between chains: which are let in, who pays what to whom, and as whom they act.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::on_genesis;
use crate::configs::xcm::XcmConfig;
use crate::*;
use frame_support::traits::fungible::Balanced;
use frame_support::traits::fungible::Mutate;
use frame_support::traits::ContainsPair;
use frame_support::traits::OriginTrait;
use frame_support::weights::WeightToFee as _;
use staging_xcm_executor::traits::ConvertLocation;
use staging_xcm_executor::traits::ConvertOrigin;
use staging_xcm_executor::traits::Properties;
use staging_xcm_executor::traits::ShouldExecute;
use staging_xcm_executor::traits::WeightTrader;
use staging_xcm_executor::AssetsInHolding;
use staging_xcm_executor::Config;
use staging_xcm_executor::XcmExecutor;
use xcm::latest::prelude::*;

/// What the runtime executes messages with.
type Barrier = <XcmConfig as Config>::Barrier;
type IsReserve = <XcmConfig as Config>::IsReserve;
type IsTeleporter = <XcmConfig as Config>::IsTeleporter;
type OriginConverter = <XcmConfig as Config>::OriginConverter;
type Trader = <XcmConfig as Config>::Trader;

/// An account id of nobody in particular.
const SOMEBODY: [u8; 32] = [7; 32];

/// What the messages of the barrier's tests weigh.
const WEIGHT: Weight = Weight::from_parts(1_000_000_000, 64 * 1024);

/// An id that is not this chain's, whatever this chain's is.
const SIBLING: u32 = genesis::PARA_ID ^ 1;

/// Another parachain.
fn sibling() -> Location {
	Location::new(1, [Parachain(SIBLING)])
}

/// An account of this chain, of the given network.
fn account(network: Option<NetworkId>) -> Location {
	Location::new(0, [AccountId32 { network, id: SOMEBODY }])
}

/// An amount of the relay chain's token.
fn token(amount: Balance) -> Asset {
	(Location::parent(), amount).into()
}

/// The start of a message that says it is free.
fn unpaid() -> Vec<Instruction<RuntimeCall>> {
	vec![UnpaidExecution { weight_limit: Unlimited, check_origin: None }]
}

/// The start of a message that pays for so much weight.
fn paid(weight_limit: WeightLimit) -> Vec<Instruction<RuntimeCall>> {
	vec![WithdrawAsset(token(UNIT).into()), BuyExecution { fees: token(UNIT), weight_limit }]
}

/// Whether the barrier lets a message in.
fn let_in(origin: Location, mut message: Vec<Instruction<RuntimeCall>>) -> bool {
	let mut properties = Properties { weight_credit: Weight::zero(), message_id: None };
	on_genesis(|| Barrier::should_execute(&origin, &mut message, WEIGHT, &mut properties).is_ok())
}

/// The account a location owns.
fn account_of(location: Location) -> Option<AccountId> {
	configs::xcm::LocationToAccountId::convert_location(&location)
}

/// As whom a call from a location is made.
fn caller(location: Location, kind: OriginKind) -> Option<OriginCaller> {
	let origin: Result<RuntimeOrigin, Location> = OriginConverter::convert_origin(location, kind);
	origin.ok().map(|origin| origin.into_caller())
}

#[test]
fn the_relay_chains_token_comes_from_the_relay_chain_only() {
	assert!(IsReserve::contains(&token(1), &Location::parent()));
	assert!(!IsReserve::contains(&token(1), &sibling()));
	assert!(!IsTeleporter::contains(&token(1), &Location::parent()));
}

#[test]
fn a_free_message_is_let_in_from_the_relay_chain_and_its_executive_only() {
	let body = |id| Location::new(1, [Plurality { id, part: BodyPart::Voice }]);
	assert!(let_in(Location::parent(), unpaid()));
	assert!(let_in(body(BodyId::Executive), unpaid()));
	assert!(!let_in(body(BodyId::Technical), unpaid()));
	assert!(!let_in(sibling(), unpaid()));
	// Nor from the relay chain's users, for whom it speaks after `DescendOrigin`.
	let user: InteriorLocation = [AccountId32 { network: None, id: SOMEBODY }].into();
	let message = [vec![DescendOrigin(user)], unpaid()].concat();
	assert!(!let_in(Location::parent(), message));
	// Not even the relay chain gets anything by leaving out who pays.
	assert!(!let_in(Location::parent(), vec![ClearOrigin]));
}

#[test]
fn a_paid_message_is_let_in_if_it_pays_for_its_weight() {
	assert!(let_in(sibling(), paid(Unlimited)));
	assert!(let_in(sibling(), paid(Limited(WEIGHT))));
	assert!(!let_in(sibling(), paid(Limited(WEIGHT.saturating_div(2)))));
	// The topic that routers append changes nothing.
	assert!(let_in(sibling(), [paid(Unlimited), vec![SetTopic([1; 32])]].concat()));
}

#[test]
fn other_chains_have_sovereign_accounts_and_accounts_are_their_own() {
	let padded = |start: &[u8]| {
		let mut id = [0u8; 32];
		id[..start.len()].copy_from_slice(start);
		Some(AccountId::from(id))
	};
	assert_eq!(account_of(Location::parent()), padded(b"Parent"));
	let id = [&b"sibl"[..], &SIBLING.to_le_bytes()[..]].concat();
	assert_eq!(account_of(sibling()), padded(&id));
	let ours = Some(configs::xcm::RelayNetwork::get());
	assert_eq!(account_of(account(None)), Some(AccountId::from(SOMEBODY)));
	assert_eq!(account_of(account(ours)), Some(AccountId::from(SOMEBODY)));
	// The same key on another network is another account.
	assert_eq!(account_of(account(Some(NetworkId::Kusama))), None);
	// What lives on a sibling has no account here.
	let there = AccountId32 { network: None, id: SOMEBODY };
	assert_eq!(account_of(Location::new(1, [Parachain(SIBLING), there])), None);
}

#[test]
fn a_message_acts_as_its_sender_and_never_as_root() {
	use OriginKind::Native;
	use OriginKind::SovereignAccount;
	use OriginKind::Superuser;
	let signed = |id: Option<AccountId>| id.map(|id| RuntimeOrigin::signed(id).into_caller());
	for location in [Location::parent(), sibling()] {
		let sovereign = signed(account_of(location.clone()));
		assert!(sovereign.is_some());
		assert_eq!(caller(location, SovereignAccount), sovereign);
	}
	let relay = OriginCaller::from(cumulus_pallet_xcm::Origin::Relay);
	assert_eq!(caller(Location::parent(), Native), Some(relay));
	let para =
		OriginCaller::from(cumulus_pallet_xcm::Origin::SiblingParachain(ParaId::from(SIBLING)));
	assert_eq!(caller(sibling(), Native), Some(para));
	assert_eq!(caller(account(None), Native), signed(Some(SOMEBODY.into())));
	let message = OriginCaller::from(pallet_xcm::Origin::Xcm(sibling()));
	assert_eq!(caller(sibling(), OriginKind::Xcm), Some(message));
	// Sudo is root here, not the relay chain.
	for location in [Location::parent(), sibling(), account(None)] {
		assert_eq!(caller(location, Superuser), None);
	}
}

#[test]
fn the_trader_pays_what_it_sold_to_the_collators() {
	on_genesis(|| {
		let weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(100);
		let price = configs::monetary::WeightToFee::weight_to_fee(&weight);
		// Less would not bring the pot, which is empty, into being.
		assert!(price >= EXISTENTIAL_DEPOSIT);
		let hold = |amount: Balance| {
			let credit = <Balances as Balanced<AccountId>>::issue(amount);
			AssetsInHolding::new_from_fungible_credit(token(amount).id, Box::new(credit))
		};
		let context = XcmContext { origin: None, message_id: [0; 32], topic: None };
		let pot = CollatorSelection::account_id();
		assert_eq!(Balances::free_balance(&pot), 0);

		let mut trader = Trader::new();
		assert!(trader.buy_weight(weight, hold(price - 1), &context).is_err());
		let change = trader.buy_weight(weight, hold(price + 1), &context).expect("it is enough");
		assert_eq!(change.fungible_assets_iter().collect::<Vec<_>>(), vec![token(1)]);
		drop(trader);
		assert_eq!(Balances::free_balance(&pot), price);
	});
}

#[test]
fn a_sibling_pays_for_its_message_and_what_is_left_arrives() {
	on_genesis(|| {
		let sovereign = account_of(sibling()).expect("a sibling has an account");
		<Balances as Mutate<AccountId>>::mint_into(&sovereign, UNIT).expect("the account takes it");
		let issuance = pallet_balances::TotalIssuance::<Runtime>::get();
		let deposit = DepositAsset { assets: Wild(AllCounted(1)), beneficiary: account(None) };
		let message = Xcm([paid(Unlimited), vec![deposit]].concat());
		let outcome = XcmExecutor::<XcmConfig>::prepare_and_execute(
			sibling(),
			message,
			&mut [0; 32],
			Weight::MAX,
			Weight::zero(),
		);
		assert!(matches!(outcome, Outcome::Complete { .. }), "{outcome:?}");
		let weight = configs::xcm::UnitWeightCost::get().saturating_mul(3);
		let fee = configs::monetary::WeightToFee::weight_to_fee(&weight);
		assert_eq!(Balances::free_balance(CollatorSelection::account_id()), fee);
		assert_eq!(Balances::free_balance(AccountId::from(SOMEBODY)), UNIT - fee);
		assert_eq!(Balances::free_balance(sovereign), 0);
		assert_eq!(pallet_balances::TotalIssuance::<Runtime>::get(), issuance);
	});
}
