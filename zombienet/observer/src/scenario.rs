//! What a user does with the chain, and what the chain has to refuse. Needs a chain that makes blocks and knows Alice.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::client::account_key;
use crate::client::call;
use crate::client::keys;
use crate::client::number;
use crate::client::variant;
use crate::client::Call;
use crate::client::Chain;
use crate::client::Hash;
use crate::client::Until;
use crate::client::Value;
use crate::client::POLL;
use anyhow::anyhow;
use anyhow::bail;
use anyhow::ensure;
use anyhow::Context;
use anyhow::Result;
use codec::Compact;
use codec::Decode;
use std::str::FromStr;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;
use subxt::ext::scale_encode::EncodeAsFields;
use subxt::ext::scale_encode::Error;
use subxt::ext::scale_encode::FieldIter;
use subxt::ext::scale_type_resolver::TypeResolver;
use subxt::tx::Payload;
use subxt::utils::AccountId32;
use subxt_signer::sr25519::Keypair;
use subxt_signer::SecretUri;

/// How long the node may take to answer.
const CONNECT: Duration = Duration::from_secs(30);
/// For how many ticks of the pallet's clock the scenario locks. More than the two transactions before the early opening
/// take, forks and a session change included.
const LOCK_TICKS: u32 = 15;

/// A new account gets some funds, locks them twice, cannot open the locks early, and opens them when it is time: the
/// first for itself, the second for a beneficiary. Everything is read back from the chain after each step.
///
/// Waits until the locks open: 15 ticks of the pallet's clock, a minute and a half with the relay chain's.
pub async fn transfer_lock_open(url: &str) -> Result<()> {
	let chain = Chain::connect(url, CONNECT).await?;
	let clock = Clock::of(&chain)?;
	let unit = chain.constant_number("Balances", "ExistentialDeposit")?;
	let (funds, amount) = (10_000 * unit, 2_000 * unit);
	let (owner, heir) = (new_account("owner")?, new_account("heir")?.public_key().to_account_id());
	let owner_id = owner.public_key().to_account_id();

	step(&format!("Alice transfers {funds} to {owner_id}"));
	let call = transfer(&owner_id, funds);
	let at = chain.submit(&call, &keys::alice(), Until::InBlock).await?.done("the transfer")?;
	let account = chain.account(at, &owner_id).await?;
	ensure!(
		(account.free, account.reserved) == (funds, 0),
		"after a transfer of {funds} the new account has {account:?}"
	);

	let opens_at = clock.now(&chain, at).await? + LOCK_TICKS;
	step(&format!("it locks {amount} twice until {} {opens_at}", clock.name()));
	let call = lock(amount, opens_at, None);
	chain.submit(&call, &owner, Until::InBlock).await?.done("the lock for the owner")?;
	let call = lock(amount, opens_at, Some(&heir));
	let at =
		chain.submit(&call, &owner, Until::InBlock).await?.done("the lock for a beneficiary")?;
	let locks = chain.locks(at, &owner_id).await?;
	let [for_owner, for_heir] = locks.as_slice() else {
		bail!("two locks should be stored, not {locks:?}");
	};
	for (lock, beneficiary) in [(for_owner, None), (for_heir, Some(&heir))] {
		ensure!(
			lock.amount == amount
				&& lock.opens_at == opens_at
				&& lock.beneficiary.as_ref() == beneficiary,
			"a lock of {amount} until {opens_at} for {beneficiary:?} is stored as {lock:?}"
		);
	}
	let (held, account) = (chain.held(at, &owner_id).await?, chain.account(at, &owner_id).await?);
	ensure!(
		held == 2 * amount && account.reserved == held && account.free < funds - held,
		"with {amount} locked twice of {funds}, {held} are held and the account has {account:?}"
	);

	step("it cannot open them yet");
	let early = chain.submit(&open(&owner_id, for_owner.id), &owner, Until::InBlock).await?;
	let (_, error) = early.failed("opening a lock early")?;
	ensure!(error == "Timelock.TooEarly", "opening a lock early failed with {error}");

	step("it opens them when it is time");
	clock.wait(&chain, opens_at).await?;
	let call = open(&owner_id, for_owner.id);
	chain.submit(&call, &owner, Until::InBlock).await?.done("opening a lock")?;
	let call = open(&owner_id, for_heir.id);
	let at =
		chain.submit(&call, &owner, Until::Final).await?.done("opening a beneficiary's lock")?;
	let locks = chain.locks(at, &owner_id).await?;
	ensure!(locks.is_empty(), "locks are left after both were opened: {locks:?}");
	let (held, account) = (chain.held(at, &owner_id).await?, chain.account(at, &owner_id).await?);
	// Five transactions cost a fee.
	let most = funds - amount;
	let least = most - amount / 2;
	ensure!(
		held == 0 && account.reserved == 0 && (least..most).contains(&account.free),
		"after both were opened {held} are held and the owner has {account:?}, not {least} to {most}"
	);
	let account = chain.account(at, &heir).await?;
	ensure!(
		(account.free, account.reserved) == (amount, 0),
		"after the opening the beneficiary has {account:?}, not {amount}"
	);
	Ok(())
}

/// What must not work does not, by the right error, and the chain goes on: a wrong signature, a call that the runtime
/// does not have, an account that cannot pay the fee, too low a balance, a lock in the past, a lock that is not there.
pub async fn refusals(url: &str) -> Result<()> {
	let chain = Chain::connect(url, CONNECT).await?;
	let alice = keys::alice();
	let alice_id = alice.public_key().to_account_id();
	let unit = chain.constant_number("Balances", "ExistentialDeposit")?;
	let before = chain.best().await?.number;

	step("a wrong signature is refused");
	let mut forged = chain.sign(&transfer(&alice_id, unit), &alice).await?;
	break_signature(&mut forged)?;
	let reason = chain.submit_bytes(forged, Until::InBlock).await?.refused("a wrong signature")?;
	ensure!(reason.contains("bad signature"), "a wrong signature was refused with: {reason}");

	step("a call that the runtime does not have is refused");
	let call = UnknownCall::of(&chain)?;
	let outcome = chain.submit(&call, &alice, Until::InBlock).await?;
	outcome.refused("a call of a pallet that does not exist")?;

	step("an account that cannot pay the fee is refused");
	let poor = new_account("poor")?;
	let outcome = chain.submit(&transfer(&alice_id, unit), &poor, Until::InBlock).await?;
	let reason = outcome.refused("a transaction of an account without funds")?;
	ensure!(
		reason.contains("pay some fees"),
		"an account without funds was refused with: {reason}"
	);

	step("too low a balance fails");
	let at = chain.hash_of(&chain.best().await?);
	let too_much = 2 * chain.account(at, &alice_id).await?.free;
	let poor_id = poor.public_key().to_account_id();
	fails(
		&chain,
		&transfer(&poor_id, too_much),
		"a transfer of too much",
		"Token.FundsUnavailable",
	)
	.await?;

	// The last moment of any clock: no block comes between reading a clock and locking.
	let call = lock(too_much, u32::MAX, None);
	let at = fails(&chain, &call, "a lock of too much", "Token.FundsUnavailable").await?;

	step("a lock in the past, and one that is not there, fail");
	let now = Clock::of(&chain)?.now(&chain, at).await?;
	fails(&chain, &lock(unit, now, None), "a lock in the past", "Timelock.InThePast").await?;
	fails(&chain, &open(&alice_id, u32::MAX), "opening no lock", "Timelock.NotFound").await?;

	step("the chain goes on");
	let started = Instant::now();
	while chain.best().await?.number <= before {
		ensure!(started.elapsed() < Duration::from_secs(120), "no block after #{before} for 120 s");
		tokio::time::sleep(POLL).await;
	}
	Ok(())
}

/// Submits `call`, which is `what`, for Alice: it has to fail in a block, which is returned, with this error.
async fn fails(chain: &Chain, call: &Call, what: &str, name: &str) -> Result<Hash> {
	let outcome = chain.submit(call, &keys::alice(), Until::InBlock).await?;
	let (block, error) = outcome.failed(what)?;
	ensure!(error == name, "{what} failed with {error}, not with {name}");
	println!("    {what}: {error}");
	Ok(block)
}

fn step(what: &str) {
	println!("  {what}");
}

/// `Balances.transfer_keep_alive`, in the token's smallest unit.
pub fn transfer(to: &AccountId32, amount: u128) -> Call {
	let arguments = vec![address(to), Value::u128(amount)];
	call("Balances", "transfer_keep_alive", arguments)
}

/// `Timelock.lock`, until a moment of the pallet's clock.
pub fn lock(amount: u128, opens_at: u32, beneficiary: Option<&AccountId32>) -> Call {
	let beneficiary = match beneficiary {
		Some(who) => Value::unnamed_variant("Some", [address(who)]),
		None => Value::unnamed_variant("None", []),
	};
	let arguments = vec![Value::u128(amount), Value::u128(opens_at.into()), beneficiary];
	call("Timelock", "lock", arguments)
}

/// `Timelock.open`.
pub fn open(owner: &AccountId32, id: u32) -> Call {
	call("Timelock", "open", vec![address(owner), Value::u128(id.into())])
}

/// `who` as a transaction names an account: a `MultiAddress`.
fn address(who: &AccountId32) -> Value {
	Value::unnamed_variant("Id", [account_key(who)])
}

/// A key that no chain knows yet.
fn new_account(name: &str) -> Result<Keypair> {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).context("this machine's clock")?;
	let uri = format!("//{name}//{}", now.as_nanos());
	let uri = SecretUri::from_str(&uri).map_err(|error| anyhow!("{uri}: {error}"))?;
	Keypair::from_uri(&uri).map_err(|error| anyhow!("making a key: {error}"))
}

/// The clock that the timelock's moments are read on.
enum Clock {
	Parachain,
	RelayChain,
}

impl Clock {
	/// As the runtime's metadata says: the relay chain's from phase 3 on.
	fn of(chain: &Chain) -> Result<Self> {
		let id = chain.constant("Timelock", "ClockId")?;
		match variant(&id) {
			Some("Parachain") => Ok(Self::Parachain),
			Some("RelayChain") => Ok(Self::RelayChain),
			_ => bail!("the constant Timelock.ClockId is {id}, no clock that is known here"),
		}
	}

	fn name(&self) -> &str {
		match self {
			Self::Parachain => "block",
			Self::RelayChain => "relay block",
		}
	}

	/// The time in the state of block `at`, in ticks.
	async fn now(&self, chain: &Chain, at: Hash) -> Result<u32> {
		match self {
			Self::Parachain => Ok(u32::try_from(chain.number(at, "System", "Number").await?)?),
			Self::RelayChain => chain.relay_parent(at).await,
		}
	}

	/// Waits until it is `moment` in a finalized block: no fork leads back before it. Gives up after three times the time
	/// that it should take, and two minutes.
	async fn wait(&self, chain: &Chain, moment: u32) -> Result<()> {
		let tick = chain.constant("Timelock", "MillisecsPerTick")?;
		let tick = number(&tick).context("Timelock.MillisecsPerTick is no number")?;
		let ticks = moment.saturating_sub(self.now(chain, chain.finalized_hash().await?).await?);
		let should_take = Duration::from_millis(u64::try_from(tick)?) * ticks;
		let patience = should_take * 3 + Duration::from_secs(120);
		let started = Instant::now();
		loop {
			let now = self.now(chain, chain.finalized_hash().await?).await?;
			if now >= moment {
				return Ok(());
			}
			ensure!(
				started.elapsed() < patience,
				"{} {moment} did not come in {} s: it is {now}",
				self.name(),
				patience.as_secs()
			);
			tokio::time::sleep(POLL).await;
		}
	}
}

/// A call of a pallet that the runtime does not have. It goes by the name of one that the runtime has, as the library encodes
/// no others, and is its own arguments.
struct UnknownCall {
	pallet: u8,
}

impl UnknownCall {
	fn of(chain: &Chain) -> Result<Self> {
		let metadata = chain.runtime().metadata_ref();
		let free =
			(0..=u8::MAX).rev().find(|index| metadata.pallet_by_call_index(*index).is_none());
		Ok(Self { pallet: free.context("the runtime has 256 pallets")? })
	}
}

impl Payload for UnknownCall {
	type CallData = Self;

	fn pallet_name(&self) -> &str {
		"System"
	}

	fn call_name(&self) -> &str {
		"remark"
	}

	fn call_data(&self) -> &Self {
		self
	}
}

impl EncodeAsFields for UnknownCall {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_: &mut dyn FieldIter<'_, R::TypeId>,
		_: &R,
		out: &mut Vec<u8>,
	) -> Result<(), Error> {
		// Before the arguments come the indices of the pallet and of its call: these instead.
		out.truncate(out.len().saturating_sub(2));
		out.extend([self.pallet, 0]);
		Ok(())
	}
}

/// Flips a bit of the signature of a signed transaction.
fn break_signature(transaction: &mut [u8]) -> Result<()> {
	// A compact length; a byte that says signed, version 4; the address: a variant and 32 bytes; the signature: a variant
	// and 64 bytes.
	let length = Compact::<u32>::decode(&mut &transaction[..]).context("a transaction's length")?.0;
	let start =
		transaction.len().checked_sub(length as usize).context("a transaction cut short")?;
	ensure!(transaction.get(start) == Some(&0x84), "this is no signed transaction of version 4");
	let byte = transaction.get_mut(start + 1 + 33 + 1).context("a transaction cut short")?;
	*byte ^= 1;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_the_signature_is_broken() -> Result<()> {
		// 1 + 33 + 65 bytes, and a call of 2: a length of 101, in two bytes.
		let mut transaction = vec![0x95, 0x01, 0x84];
		transaction.extend([0; 100]);
		let before = transaction.clone();
		break_signature(&mut transaction)?;
		let changed: Vec<_> = (0..before.len()).filter(|i| before[*i] != transaction[*i]).collect();
		assert_eq!(changed, [2 + 1 + 33 + 1]);
		assert!(break_signature(&mut [0x08, 0x04, 0x00]).is_err());
		Ok(())
	}

	#[test]
	fn new_accounts_differ() -> Result<()> {
		let (one, two) = (new_account("a")?, new_account("b")?);
		assert_ne!(one.public_key().to_account_id(), two.public_key().to_account_id());
		Ok(())
	}
}
