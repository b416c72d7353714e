//! Messages between chains: whom we believe what, what it costs, and which queues messages go through.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use super::monetary;
use super::system::SiblingMessageQueue;
use crate::*;
use frame_support::traits::tokens::imbalance::ResolveTo;
use frame_support::traits::Disabled;
use frame_support::traits::Equals;
use frame_support::traits::Everything;
use frame_support::traits::Nothing;
use frame_support::traits::TypedGet;
use frame_system::EnsureRoot;
use monetary::BASE_TRANSACTION_FEE;
use monetary::TRANSACTION_BYTE_FEE;
use pallet_collator_selection::StakingPotAccountId;
use polkadot_parachain_primitives::primitives::Sibling;
use polkadot_runtime_common::xcm_sender::ExponentialPrice;
use staging_xcm_builder::AccountId32Aliases;
use staging_xcm_builder::AllowExplicitUnpaidExecutionFrom;
use staging_xcm_builder::AllowKnownQueryResponses;
use staging_xcm_builder::AllowSubscriptionsFrom;
use staging_xcm_builder::AllowTopLevelPaidExecutionFrom;
use staging_xcm_builder::EnsureXcmOrigin;
use staging_xcm_builder::FixedWeightBounds;
use staging_xcm_builder::FrameTransactionalProcessor;
use staging_xcm_builder::FungibleAdapter;
use staging_xcm_builder::IsConcrete;
use staging_xcm_builder::NativeAsset;
use staging_xcm_builder::ParentIsPreset;
use staging_xcm_builder::RelayChainAsNative;
use staging_xcm_builder::SendXcmFeeToAccount;
use staging_xcm_builder::SiblingParachainAsNative;
use staging_xcm_builder::SiblingParachainConvertsVia;
use staging_xcm_builder::SignedAccountId32AsNative;
use staging_xcm_builder::SignedToAccountId32;
use staging_xcm_builder::SovereignSignedViaLocation;
use staging_xcm_builder::TakeWeightCredit;
use staging_xcm_builder::TrailingSetTopicAsId;
use staging_xcm_builder::UsingComponents;
use staging_xcm_builder::WithComputedOrigin;
use staging_xcm_builder::WithUniqueTopic;
use staging_xcm_builder::XcmFeeManagerFromComponents;
use xcm::latest::prelude::*;

#[cfg(not(feature = "runtime-benchmarks"))]
parameter_types! {
	/// The network this chain is part of.
	pub const RelayNetwork: NetworkId = NetworkId::Polkadot;
}

// On the public networks `transfer_assets` refuses the relay chain's token; `transfer_assets_using_type_and_then` sends it and
// has the same weight. So the whole way of a transfer is measured, on a network of no name.
#[cfg(feature = "runtime-benchmarks")]
parameter_types! {
	/// A network without a name.
	pub const RelayNetwork: NetworkId = NetworkId::ByGenesis([0; 32]);
}

parameter_types! {
	/// The relay chain, seen from here. Its token is this chain's token, held in reserve there: so it is on a relay chain of one's
	/// own. On Polkadot and Kusama it is Asset Hub that holds it, since balances moved there.
	pub const RelayLocation: Location = Location::parent();
	/// The token of the relay chain.
	pub RelayToken: AssetId = AssetId(RelayLocation::get());
	/// This chain itself: what its own root is to the others.
	pub const HereLocation: Location = Location::here();
	/// Where this chain is in the universe.
	pub UniversalLocation: InteriorLocation =
		[GlobalConsensus(RelayNetwork::get()), Parachain(ParachainInfo::parachain_id().into())].into();
	/// The relay chain as the origin of a call.
	pub RelayChainOrigin: RuntimeOrigin = cumulus_pallet_xcm::Origin::Relay.into();
	/// What an instruction weighs, of those that do not say themselves what they weigh: an estimate. The SDK has measured 0.13 ms
	/// and 8.8 kB of proof for the heaviest, on its own test relay chain. A sender pays for each, so more would price out transfers.
	pub const UnitWeightCost: Weight = Weight::from_parts(1_000_000_000, 10 * 1024);
	/// How many instructions a message may have.
	pub const MaxInstructions: u32 = 100;
	/// What it costs to send a message, before its bytes and the queue's state.
	pub const BaseDeliveryFee: Balance = 3 * BASE_TRANSACTION_FEE;
	/// What a byte of a message costs.
	pub const DeliveryByteFee: Balance = TRANSACTION_BYTE_FEE;
	/// The collators' pot, where fees for messages go.
	pub PotLocation: Location = AccountId32 { network: None, id: <StakingPotAccountId<Runtime> as TypedGet>::get().into() }.into();
}

/// Which account a location owns on this chain. The relay chain and siblings have a sovereign account each.
pub type LocationToAccountId = (
	ParentIsPreset<AccountId>,
	SiblingParachainConvertsVia<Sibling, AccountId>,
	AccountId32Aliases<LocalNetwork, AccountId>,
);

parameter_types! {
	/// The network whose account ids are our account ids.
	pub const LocalNetwork: Option<NetworkId> = Some(RelayNetwork::get());
}

/// Moves the relay chain's token in and out of accounts.
pub type LocalAssetTransactor =
	FungibleAdapter<Balances, IsConcrete<RelayLocation>, LocationToAccountId, AccountId, ()>;

/// As whom a call inside a message is made. The first that can tell decides.
pub type XcmOriginToTransactDispatchOrigin = (
	SovereignSignedViaLocation<LocationToAccountId, RuntimeOrigin>,
	RelayChainAsNative<RelayChainOrigin, RuntimeOrigin>,
	SiblingParachainAsNative<cumulus_pallet_xcm::Origin, RuntimeOrigin>,
	SignedAccountId32AsNative<LocalNetwork, RuntimeOrigin>,
	pallet_xcm::XcmPassthrough<RuntimeOrigin>,
);

/// Those whose messages run for free: the relay chain, which could stop this chain anyway, and its executive body.
pub struct ParentOrExecutive;
impl frame_support::traits::Contains<Location> for ParentOrExecutive {
	fn contains(location: &Location) -> bool {
		matches!(location.unpack(), (1, []) | (1, [Plurality { id: BodyId::Executive, .. }]))
	}
}

/// The relay chain and the other parachains.
pub struct ParentOrSiblings;
impl frame_support::traits::Contains<Location> for ParentOrSiblings {
	fn contains(location: &Location) -> bool {
		matches!(location.unpack(), (1, []) | (1, [Parachain(_)]))
	}
}

/// Which messages are looked at: those paid for, those asked for, and those of the relay chain. Sending the relay chain's
/// token back is not denied here, as it is on chains that teleport: it goes back to its reserve.
pub type Barrier = TrailingSetTopicAsId<(
	TakeWeightCredit,
	AllowKnownQueryResponses<PolkadotXcm>,
	WithComputedOrigin<
		(
			AllowTopLevelPaidExecutionFrom<Everything>,
			AllowExplicitUnpaidExecutionFrom<ParentOrExecutive>,
			AllowSubscriptionsFrom<ParentOrSiblings>,
		),
		UniversalLocation,
		ConstU32<8>,
	>,
)>;

/// Sells execution for the relay chain's token; the collators' pot gets it.
pub type Trader = UsingComponents<
	monetary::WeightToFee,
	RelayLocation,
	AccountId,
	Balances,
	// Not `DealWithFees`: it takes fees and tips together, and one amount alone it drops.
	ResolveTo<StakingPotAccountId<Runtime>, Balances>,
>;

/// How a message is executed.
pub struct XcmConfig;
impl staging_xcm_executor::Config for XcmConfig {
	type RuntimeCall = RuntimeCall;
	type XcmSender = XcmRouter;
	type XcmEventEmitter = PolkadotXcm;
	type AssetTransactor = LocalAssetTransactor;
	type OriginConverter = XcmOriginToTransactDispatchOrigin;
	// A chain may send what it is the reserve of. That is how the relay chain's token arrives, where the relay chain holds it.
	type IsReserve = NativeAsset;
	// Nobody is trusted to have burnt what arrives here.
	type IsTeleporter = ();
	type Aliasers = Nothing;
	type UniversalLocation = UniversalLocation;
	type Barrier = Barrier;
	type Weigher = FixedWeightBounds<UnitWeightCost, RuntimeCall, MaxInstructions>;
	type Trader = Trader;
	type ResponseHandler = PolkadotXcm;
	type AssetTrap = PolkadotXcm;
	type AssetLocker = ();
	type AssetExchanger = ();
	type SubscriptionService = PolkadotXcm;
	type PalletInstancesInfo = AllPalletsWithSystem;
	type MaxAssetsIntoHolding = ConstU32<64>;
	type FeeManager = XcmFeeManagerFromComponents<
		Equals<HereLocation>,
		SendXcmFeeToAccount<LocalAssetTransactor, PotLocation>,
	>;
	type MessageExporter = ();
	type UniversalAliases = Nothing;
	type CallDispatcher = RuntimeCall;
	type SafeCallFilter = Everything;
	type TransactionalProcessor = FrameTransactionalProcessor;
	type HrmpNewChannelOpenRequestHandler = ();
	type HrmpChannelAcceptedHandler = ();
	type HrmpChannelClosingHandler = ();
	type XcmRecorder = PolkadotXcm;
}

/// A signed account of this chain, as others see it.
pub type LocalOriginToLocation = SignedToAccountId32<RuntimeOrigin, AccountId, LocalNetwork>;
/// What a message to the relay chain costs.
pub type PriceForParentDelivery =
	ExponentialPrice<RelayToken, BaseDeliveryFee, DeliveryByteFee, ParachainSystem>;
/// What a message to a sibling costs.
pub type PriceForSiblingDelivery =
	ExponentialPrice<RelayToken, BaseDeliveryFee, DeliveryByteFee, XcmpQueue>;

/// Ways out of here: up to the relay chain, across to a sibling.
pub type XcmRouter = WithUniqueTopic<(
	cumulus_primitives_utility::ParentAsUmp<ParachainSystem, PolkadotXcm, PriceForParentDelivery>,
	XcmpQueue,
)>;

impl pallet_xcm::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type CurrencyMatcher = IsConcrete<RelayLocation>;
	type AuthorizedAliasConsideration = Disabled;
	type SendXcmOrigin = EnsureXcmOrigin<RuntimeOrigin, LocalOriginToLocation>;
	type XcmRouter = XcmRouter;
	type ExecuteXcmOrigin = EnsureXcmOrigin<RuntimeOrigin, LocalOriginToLocation>;
	// Messages of one's own making are not executed here: `UnitWeightCost` is an estimate, not a measurement.
	type XcmExecuteFilter = Nothing;
	type XcmExecutor = staging_xcm_executor::XcmExecutor<XcmConfig>;
	type XcmTeleportFilter = Nothing;
	type XcmReserveTransferFilter = Everything;
	type Weigher = FixedWeightBounds<UnitWeightCost, RuntimeCall, MaxInstructions>;
	type UniversalLocation = UniversalLocation;
	type RuntimeOrigin = RuntimeOrigin;
	type RuntimeCall = RuntimeCall;
	const VERSION_DISCOVERY_QUEUE_SIZE: u32 = 100;
	type AdvertisedXcmVersion = pallet_xcm::CurrentXcmVersion;
	type AdminOrigin = EnsureRoot<AccountId>;
	type TrustedLockers = ();
	type SovereignAccountOf = LocationToAccountId;
	type MaxLockers = ConstU32<8>;
	type MaxRemoteLockConsumers = ConstU32<0>;
	type RemoteLockConsumerIdentifier = ();
	type WeightInfo = weights::pallet_xcm::WeightInfo<Runtime>;
}

impl cumulus_pallet_xcm::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type XcmExecutor = staging_xcm_executor::XcmExecutor<XcmConfig>;
}

impl cumulus_pallet_xcmp_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ChannelInfo = ParachainSystem;
	type VersionWrapper = PolkadotXcm;
	type XcmpQueue = SiblingMessageQueue;
	type MaxInboundSuspended = ConstU32<1_000>;
	type MaxActiveOutboundChannels = ConstU32<128>;
	// Above the 102,400 bytes that most channels allow for a message: the smaller of the two counts.
	type MaxPageSize = ConstU32<{ 103 * 1024 }>;
	type ControllerOrigin = EnsureRoot<AccountId>;
	type ControllerOriginConverter = XcmOriginToTransactDispatchOrigin;
	type PriceForSiblingDelivery = PriceForSiblingDelivery;
	type WeightInfo = weights::cumulus_pallet_xcmp_queue::WeightInfo<Runtime>;
}
