//! Users: signed transfers and timelocks at a steady rate, from several accounts, through every collator.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

//! Each account keeps its own nonce and signs each transaction once. The signed bytes go to all nodes given, at the same
//! time: one transaction in several pools, as one that spread by gossip would be, and it survives a node that is restarted
//! right then. Bytes that no node has accepted yet, as none answered, are offered again; what a node has accepted is never
//! submitted again, so a transaction that the chain loses stays lost, and its account's later ones with it.
//!
//! A transaction is signed for one `spec_version`: what waits in a pool when the runtime changes is invalid afterwards. A
//! careful client stops signing when an upgrade is due, and goes on with the new version; [`Load::hold`] and
//! [`Load::release`] do that. What fell due meanwhile is signed then, so the rate is kept in the mean.

use anyhow::anyhow;
use anyhow::Context;
use anyhow::Result;
use network_observer::client::height;
use network_observer::client::variant;
use network_observer::client::Call;
use network_observer::client::Chain;
use network_observer::client::Hash;
use network_observer::scenario;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;
use subxt::rpcs;
use subxt_signer::sr25519::Keypair;
use subxt_signer::SecretUri;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// The accounts that send. Not Alice, whose nonce the upgrades need, nor the collators', which fees are paid to. All have
/// funds in the preset `local_testnet`.
const SENDERS: [&str; 6] =
	["//Bob", "//Eve", "//Ferdie", "//Bob//stash", "//Eve//stash", "//Ferdie//stash"];
/// What a transfer transfers, in the token's smallest unit; the transaction's number is added, to tell them apart.
const TRANSFER: u128 = 1_000_000_000;
/// What a lock locks, in the token's smallest unit.
const LOCK: u128 = 2_000_000_000;
/// What the long locks lock: by it they are known.
pub const LONG_LOCK: u128 = 77_000_000_000;
/// For how many ticks of the timelock's clock an ordinary lock is made.
const LOCK_TICKS: u32 = 12;
/// How many ordinary locks an account has at most: the chain permits 16 of all kinds.
const LOCKS: usize = 8;
/// How many ticks before its moment a long lock is tried: early enough to be refused, forks included.
const EARLY_TICKS: u32 = 6;
/// How often the clock and the locks are looked at.
const LOOK: Duration = Duration::from_secs(3);
/// How long a node may take to answer before the next attempt.
const ANSWER: Duration = Duration::from_secs(8);
/// How long a node that does not answer is left alone.
const PAUSE: Duration = Duration::from_secs(3);
/// How many transactions that fell due earlier are caught up with at a time.
const CATCH_UP: u32 = 3;
/// The code with which a node says that it has a transaction already: it came by gossip.
const ALREADY_IMPORTED: i32 = 1013;

/// What a rehearsal asks of its users.
#[derive(Clone, Debug)]
pub struct Plan {
	/// The nodes that every transaction goes to.
	pub urls: Vec<String>,
	/// Transactions per second, of all accounts together.
	pub per_second: f64,
	/// If given, each account's first transaction is a long lock: how many ticks that of the first account lasts, and by how
	/// many ticks each later one lasts longer.
	pub long_locks: Option<(u32, u32)>,
}

/// What a transaction asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum What {
	/// A transfer of `amount` to the sender of that index.
	Transfer {
		/// The receiver, an index into the senders.
		to: usize,
		/// How much, in the token's smallest unit.
		amount: u128,
	},
	/// A lock of `amount` of the sender's own, until `opens_at` of the clock of that time.
	Lock {
		/// How much, in the token's smallest unit.
		amount: u128,
		/// The first moment at which it can be opened.
		opens_at: u32,
	},
	/// The opening of lock `id` of the sender `owner`.
	Open {
		/// The owner, an index into the senders.
		owner: usize,
		/// The lock.
		id: u32,
	},
}

/// A transaction that a node accepted.
#[derive(Clone, Debug, Serialize)]
pub struct Submitted {
	/// Its hash.
	pub hash: Hash,
	/// Who sent it, an index into the senders.
	pub account: usize,
	/// Its nonce.
	pub nonce: u64,
	/// What it asks for.
	pub what: What,
	/// When it was accepted, in milliseconds since 1970.
	pub at_ms: u64,
	/// The runtime it was signed for.
	pub spec_version: u32,
	/// How many nodes accepted it.
	pub nodes: usize,
}

/// What the users did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Record {
	/// Every transaction that a node accepted, in the order of submission.
	pub submitted: Vec<Submitted>,
	/// What all nodes refused at once, and the reason.
	pub refused: BTreeMap<String, u32>,
	/// For how long nothing was signed because an upgrade was due, in seconds.
	pub held_s: f64,
	/// For how long nothing could be submitted because no node answered, in seconds.
	pub unanswered_s: f64,
	/// The addresses of the senders, by index.
	#[serde(skip)]
	pub senders: Vec<[u8; 32]>,
}

/// Users at work in the background.
pub struct Load {
	shared: Arc<Shared>,
	task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
	hold: AtomicBool,
	stop: AtomicBool,
	record: Mutex<Record>,
}

impl Load {
	/// Starts sending. Needs one of the nodes to answer.
	pub async fn start(plan: Plan) -> Result<Self> {
		let shared = Arc::new(Shared::default());
		let users = Users::new(plan, shared.clone()).await?;
		Ok(Self { shared, task: tokio::spawn(users.work()) })
	}

	/// Stops signing, until [`Load::release`].
	pub fn hold(&self) {
		self.shared.hold.store(true, Ordering::SeqCst);
	}

	/// Goes on, for the runtime that is then the best block's.
	pub fn release(&self) {
		self.shared.hold.store(false, Ordering::SeqCst);
	}

	/// What was done so far.
	pub async fn record(&self) -> Record {
		self.shared.record.lock().await.clone()
	}

	/// Stops, and returns what was done.
	pub async fn finish(mut self) -> Result<Record> {
		self.shared.stop.store(true, Ordering::SeqCst);
		tokio::time::timeout(Duration::from_secs(60), &mut self.task)
			.await
			.context("the load does not stop")??;
		let record = self.shared.record.lock().await;
		Ok(record.clone())
	}
}

impl Drop for Load {
	fn drop(&mut self) {
		self.task.abort();
	}
}

/// One node, connected to anew when the connection is lost.
struct Node {
	url: String,
	chain: Option<Chain>,
	again: Instant,
}

impl Node {
	async fn chain(&mut self) -> Option<Chain> {
		if self.chain.is_none() && self.again <= Instant::now() {
			let connected = Chain::connect(&self.url, Duration::ZERO);
			match tokio::time::timeout(ANSWER, connected).await {
				Ok(Ok(chain)) => self.chain = Some(chain),
				_ => self.again = Instant::now() + PAUSE,
			}
		}
		self.chain.clone()
	}

	fn lost(&mut self) {
		self.chain = None;
		self.again = Instant::now() + PAUSE;
	}
}

/// What a node said to a transaction.
enum Answer {
	Accepted,
	Refused(String),
	Lost,
}

/// A long lock on its way to be opened.
#[derive(Default)]
struct Long {
	tried_early: bool,
	/// When it was opened last. Again after a while if it is still there: moments that were read before the chain converted
	/// them to a new clock are not those it opens at.
	opened: Option<u32>,
}

/// A transaction that is signed and not accepted yet.
struct Signed {
	bytes: Vec<u8>,
	submitted: Submitted,
	/// Whether it was offered before: a node may have it, whose answer was lost.
	offered: bool,
}

struct Users {
	plan: Plan,
	shared: Arc<Shared>,
	nodes: Vec<Node>,
	keys: Vec<Keypair>,
	nonces: Vec<u64>,
	/// How many transactions were signed.
	count: usize,
	/// The clock of the timelock at the last look.
	now: u32,
	looked: Option<Instant>,
	/// Each account's locks at the last look: number, amount, moment.
	locks: Vec<Vec<(u32, u128, u32)>>,
	/// The locks that an opening was sent for.
	opening: BTreeSet<u32>,
	long: BTreeMap<u32, Long>,
	signed: Option<Signed>,
}

impl Users {
	async fn new(plan: Plan, shared: Arc<Shared>) -> Result<Self> {
		let keys = senders()?;
		let now = Instant::now();
		let mut nodes: Vec<_> = plan
			.urls
			.iter()
			.map(|url| Node { url: url.clone(), chain: None, again: now })
			.collect();
		let mut any = None;
		for node in &mut nodes {
			any = any.or(node.chain().await);
		}
		let chain = any.context("no node answers: is the network up?")?;
		let at = chain.finalized_hash().await?;
		let mut nonces = vec![];
		for key in &keys {
			nonces.push(chain.account(at, &key.public_key().to_account_id()).await?.nonce.into());
		}
		shared.record.lock().await.senders = keys.iter().map(|key| key.public_key().0).collect();
		let locks = keys.iter().map(|_| vec![]).collect();
		Ok(Self {
			plan,
			shared,
			nodes,
			keys,
			nonces,
			count: 0,
			now: 0,
			looked: None,
			locks,
			opening: BTreeSet::new(),
			long: BTreeMap::new(),
			signed: None,
		})
	}

	async fn work(mut self) {
		let period = Duration::from_secs_f64(1.0 / self.plan.per_second.max(0.01));
		let mut due = Instant::now();
		let mut held: Option<Instant> = None;
		while !self.shared.stop.load(Ordering::SeqCst) || self.signed.is_some() {
			if self.shared.hold.load(Ordering::SeqCst) && self.signed.is_none() {
				held.get_or_insert_with(Instant::now);
				if self.shared.stop.load(Ordering::SeqCst) {
					break;
				}
				tokio::time::sleep(Duration::from_millis(200)).await;
				continue;
			}
			if let Some(since) = held.take() {
				self.shared.record.lock().await.held_s += since.elapsed().as_secs_f64();
				// The version to sign for is that of a new connection.
				for node in &mut self.nodes {
					node.chain = None;
				}
				self.looked = None;
			}
			for _ in 0..CATCH_UP {
				if due <= Instant::now() && self.send().await {
					due += period;
				}
			}
			let pause = due.saturating_duration_since(Instant::now());
			tokio::time::sleep(pause.clamp(Duration::from_millis(50), Duration::from_secs(1)))
				.await;
		}
	}

	/// Signs the next transaction if there is none to submit, and submits it. Whether it is done with it.
	async fn send(&mut self) -> bool {
		let started = Instant::now();
		self.look().await;
		let quiet =
			self.shared.hold.load(Ordering::SeqCst) || self.shared.stop.load(Ordering::SeqCst);
		// Without the clock, or right after an upgrade, nothing is known to sign for.
		if self.signed.is_none() && self.looked.is_some() && !quiet {
			self.signed = self.sign().await;
		}
		let Some(mut signed) = self.signed.take() else {
			self.shared.record.lock().await.unanswered_s += started.elapsed().as_secs_f64();
			return false;
		};
		let (mut accepted, mut refusal) = (0, None);
		let chains = self.chains().await;
		let mut answers = vec![];
		for (_, chain) in &chains {
			answers.push(submit(chain, &signed.bytes));
		}
		let answers = futures::future::join_all(answers).await;
		for ((index, _), answer) in chains.iter().zip(answers) {
			match answer {
				Answer::Accepted => accepted += 1,
				Answer::Refused(reason) => refusal = Some(reason),
				Answer::Lost => {
					if let Some(node) = self.nodes.get_mut(*index) {
						node.lost();
					}
				},
			}
		}
		let mut record = self.shared.record.lock().await;
		match (accepted, refusal) {
			(0, None) => {
				record.unanswered_s += started.elapsed().as_secs_f64() + 0.05;
				signed.offered = true;
				self.signed = Some(signed);
				return false;
			},
			(0, Some(reason)) if !signed.offered => *record.refused.entry(reason).or_default() += 1,
			(nodes, _) => {
				if let Some(nonce) = self.nonces.get_mut(signed.submitted.account) {
					*nonce += 1;
				}
				self.count += 1;
				record.submitted.push(Submitted { at_ms: now_ms(), nodes, ..signed.submitted });
			},
		}
		true
	}

	/// The nodes that are connected, by index.
	async fn chains(&mut self) -> Vec<(usize, Chain)> {
		let mut chains = vec![];
		for (index, node) in self.nodes.iter_mut().enumerate() {
			chains.extend(node.chain().await.map(|chain| (index, chain)));
		}
		chains
	}

	/// The next transaction, signed. `None` if no node answers.
	async fn sign(&mut self) -> Option<Signed> {
		let (_, chain) = self.chains().await.into_iter().next()?;
		let account = self.count % self.keys.len();
		let what = self.next(account);
		let call = self.call(&what)?;
		let nonce = self.nonces.get(account).copied()?;
		let bytes = chain.sign_with(&call, self.keys.get(account)?, nonce).ok()?;
		let submitted = Submitted {
			hash: chain.hash(&bytes),
			account,
			nonce,
			what,
			at_ms: 0,
			spec_version: chain.spec_version(),
			nodes: 0,
		};
		Some(Signed { bytes, submitted, offered: false })
	}

	/// What the account asks for next: its long lock first, then what long locks need, then three transfers to one lock or
	/// opening.
	fn next(&mut self, account: usize) -> What {
		let turn = self.count / self.keys.len();
		if let (0, Some((first, step))) = (turn, self.plan.long_locks) {
			let ticks = first + step * u32::try_from(account).unwrap_or_default();
			return What::Lock { amount: LONG_LOCK, opens_at: self.now + ticks };
		}
		if let Some(open) = self.long_due() {
			return open;
		}
		let amount = TRANSFER + self.count as u128;
		let transfer = What::Transfer { to: (account + 1) % self.keys.len(), amount };
		// Before the first look there is no clock.
		if turn % 4 != 3 || self.now == 0 {
			return transfer;
		}
		let own = self.locks.get(account).cloned().unwrap_or_default();
		let mut ordinary = own.iter().filter(|(_, amount, _)| *amount != LONG_LOCK);
		let count = ordinary.clone().count();
		let due = ordinary.find(|(id, _, opens_at)| {
			// One tick more, in case a fork goes back.
			*opens_at < self.now && !self.opening.contains(id)
		});
		match due {
			Some((id, _, _)) => {
				self.opening.insert(*id);
				What::Open { owner: account, id: *id }
			},
			None if count < LOCKS => {
				What::Lock { amount: LOCK + self.count as u128, opens_at: self.now + LOCK_TICKS }
			},
			None => transfer,
		}
	}

	/// The opening of a long lock, once early, once in time, and again a while later if it is still there.
	fn long_due(&mut self) -> Option<What> {
		for (owner, locks) in self.locks.iter().enumerate() {
			for (id, amount, opens_at) in locks {
				if *amount != LONG_LOCK {
					continue;
				}
				let long = self.long.entry(*id).or_default();
				let open = Some(What::Open { owner, id: *id });
				let again = long.opened.is_none_or(|at| self.now >= at.saturating_add(LOCK_TICKS));
				if self.now >= *opens_at && again {
					long.opened = Some(self.now);
					return open;
				}
				if self.now + EARLY_TICKS >= *opens_at && self.now < *opens_at && !long.tried_early
				{
					long.tried_early = true;
					return open;
				}
			}
		}
		None
	}

	fn call(&self, what: &What) -> Option<Call> {
		let id = |index: &usize| self.keys.get(*index).map(|key| key.public_key().to_account_id());
		Some(match what {
			What::Transfer { to, amount } => scenario::transfer(&id(to)?, *amount),
			What::Lock { amount, opens_at } => scenario::lock(*amount, *opens_at, None),
			What::Open { owner, id: lock } => scenario::open(&id(owner)?, *lock),
		})
	}

	/// Reads the clock and the locks, if the last look was a while ago.
	async fn look(&mut self) {
		if self.looked.is_some_and(|at| at.elapsed() < LOOK) {
			return;
		}
		for (index, chain) in self.chains().await {
			let read = tokio::time::timeout(ANSWER, read_locks(&chain, &self.keys)).await;
			if let Ok(Ok((now, locks))) = read {
				(self.now, self.locks) = (now, locks);
				self.looked = Some(Instant::now());
				return;
			}
			if let Some(node) = self.nodes.get_mut(index) {
				node.lost();
			}
		}
	}
}

type Locks = Vec<Vec<(u32, u128, u32)>>;

/// The timelock's clock in the best block, and the locks of each account.
async fn read_locks(chain: &Chain, keys: &[Keypair]) -> Result<(u32, Locks)> {
	let best = chain.best().await?;
	let at = chain.hash_of(&best);
	let clock = chain.constant("Timelock", "ClockId")?;
	let now = match variant(&clock) {
		Some("RelayChain") => chain.relay_parent(at).await?,
		_ => height(&best),
	};
	let mut locks = vec![];
	for key in keys {
		let own = chain.locks(at, &key.public_key().to_account_id()).await?;
		locks.push(own.into_iter().map(|lock| (lock.id, lock.amount, lock.opens_at)).collect());
	}
	Ok((now, locks))
}

async fn submit(chain: &Chain, bytes: &[u8]) -> Answer {
	let submitted = chain.rpc().author_submit_extrinsic(bytes);
	match tokio::time::timeout(ANSWER, submitted).await {
		Ok(Ok(_)) => Answer::Accepted,
		Ok(Err(rpcs::Error::User(error))) if error.code == ALREADY_IMPORTED => Answer::Accepted,
		Ok(Err(rpcs::Error::User(error))) => {
			let details = error.data.map(|data| data.get().to_string()).unwrap_or_default();
			let reason = format!("{}: {details}", error.message);
			Answer::Refused(reason.lines().next().unwrap_or_default().to_string())
		},
		_ => Answer::Lost,
	}
}

/// The keys of the accounts that send.
pub fn senders() -> Result<Vec<Keypair>> {
	SENDERS.iter().map(|uri| key(uri)).collect()
}

/// The key of a development account.
pub fn key(uri: &str) -> Result<Keypair> {
	let secret = SecretUri::from_str(uri).map_err(|error| anyhow!("{uri}: {error}"))?;
	Keypair::from_uri(&secret).map_err(|error| anyhow!("the key {uri}: {error}"))
}

/// This machine's time, in milliseconds since 1970.
pub fn now_ms() -> u64 {
	let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
	u64::try_from(now.as_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Users of which each has sent `turns` transactions, when the clock shows 10.
	fn users(turns: usize, long_locks: Option<(u32, u32)>) -> Result<Users> {
		let keys = senders()?;
		let plan = Plan { urls: vec![], per_second: 1.0, long_locks };
		Ok(Users {
			plan,
			shared: Arc::new(Shared::default()),
			nodes: vec![],
			nonces: vec![0; keys.len()],
			count: turns * keys.len(),
			now: 10,
			looked: None,
			locks: vec![vec![]; keys.len()],
			opening: BTreeSet::new(),
			long: BTreeMap::new(),
			signed: None,
			keys,
		})
	}

	#[test]
	fn each_account_makes_its_long_lock_first() -> Result<()> {
		let mut users = users(0, Some((100, 3)))?;
		assert_eq!(users.next(0), What::Lock { amount: LONG_LOCK, opens_at: 110 });
		assert_eq!(users.next(5), What::Lock { amount: LONG_LOCK, opens_at: 125 });
		Ok(())
	}

	#[test]
	fn a_long_lock_is_tried_early_once_and_opened_once() -> Result<()> {
		let mut users = users(1, Some((100, 3)))?;
		users.locks[2] = vec![(9, LONG_LOCK, 14)];
		let open = What::Open { owner: 2, id: 9 };
		assert_eq!(users.next(0), open);
		assert!(matches!(users.next(0), What::Transfer { .. }));
		users.now = 14;
		assert_eq!(users.next(0), open);
		assert!(matches!(users.next(0), What::Transfer { .. }));
		users.now = 14 + LOCK_TICKS;
		assert_eq!(users.next(0), open);
		Ok(())
	}

	#[test]
	fn an_ordinary_lock_is_opened_once_after_its_moment() -> Result<()> {
		let mut users = users(3, None)?;
		users.locks[0] = vec![(5, LOCK, 9), (6, LOCK, 10)];
		assert_eq!(users.next(0), What::Open { owner: 0, id: 5 });
		assert!(matches!(users.next(0), What::Lock { opens_at: 22, .. }));
		users.locks[0] = vec![(6, LOCK, 99); LOCKS];
		assert!(matches!(users.next(0), What::Transfer { .. }));
		Ok(())
	}
}
