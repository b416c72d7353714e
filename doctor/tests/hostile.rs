//! What answers may be anything: nothing, garbage, without end, another chain, or one that nobody here knows.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use anyhow::Context;
use anyhow::Result;
use doctor::facts::Bounds;
use doctor::look::look;
use doctor::look::Targets;
use doctor::node::hex;
use doctor::one_line;
use doctor::phase::Name;
use doctor::report::Report;
use futures::SinkExt;
use futures::StreamExt;
use ruzstd::decoding::StreamingDecoder;
use scale_info::form::PortableForm;
use scale_info::PortableRegistry;
use scale_info::PortableType;
use scale_info::Type;
use scale_info::TypeDefPrimitive;
use scale_info::TypeDefSequence;
use scale_info::TypeDefTuple;
use serde_json::json;
use serde_json::Value as Json;
use std::io::Read;
use std::time::Duration;
use std::time::Instant;
use subxt::ext::codec::Encode;
use subxt::ext::frame_metadata::v15;
use subxt::ext::frame_metadata::RuntimeMetadataPrefixed;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

/// What a server does with a request: a result, an error, or nothing at all.
type Answer = std::result::Result<Json, i32>;
/// The error that stands for no answer.
const SILENCE: i32 = 0;

/// How long it may take to be told that a target cannot be looked at.
const SECONDS: Duration = Duration::from_secs(50);

/// A node that answers each method with what `answer` says. Its address.
async fn node(answer: impl Fn(&str, &Json) -> Answer + Clone + Send + 'static) -> Result<String> {
	let listener = TcpListener::bind("127.0.0.1:0").await?;
	let url = format!("ws://{}", listener.local_addr()?);
	tokio::spawn(async move {
		while let Ok((stream, _)) = listener.accept().await {
			let answer = answer.clone();
			tokio::spawn(async move {
				let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
				while let Some(Ok(message)) = socket.next().await {
					let Ok(text) = message.to_text() else { return };
					let Ok(request) = serde_json::from_str::<Json>(text) else { continue };
					let method = request["method"].as_str().unwrap_or_default();
					let reply = match answer(method, &request["params"]) {
						Ok(result) => {
							json!({"jsonrpc": "2.0", "id": request["id"], "result": result})
						},
						Err(SILENCE) => continue,
						Err(code) => json!({
							"jsonrpc": "2.0",
							"id": request["id"],
							"error": {"code": code, "message": "no"},
						}),
					};
					if socket.send(Message::text(reply.to_string())).await.is_err() {
						return;
					}
				}
			});
		}
	});
	Ok(url)
}

/// A server that says `words` to whoever connects, and then keeps silent. Its address.
async fn raw(words: &'static [u8]) -> Result<String> {
	let listener = TcpListener::bind("127.0.0.1:0").await?;
	let url = format!("ws://{}", listener.local_addr()?);
	tokio::spawn(async move {
		let mut open = vec![];
		while let Ok((mut stream, _)) = listener.accept().await {
			let _ = stream.write_all(words).await;
			open.push(stream);
		}
	});
	Ok(url)
}

/// A plain value that is stored under `name`.
fn entry(name: &str) -> v15::StorageEntryMetadata<PortableForm> {
	v15::StorageEntryMetadata {
		name: name.to_string(),
		modifier: v15::StorageEntryModifier::Optional,
		ty: v15::StorageEntryType::Plain(0u32.into()),
		default: vec![],
		docs: vec![],
	}
}

/// The metadata of a runtime with these pallets, each with the names of what it stores.
fn metadata(pallets: &[(&str, &[&str])], types: Vec<Type<PortableForm>>) -> String {
	let pallet = |(index, (name, entries)): (u8, &(&str, &[&str]))| v15::PalletMetadata {
		name: name.to_string(),
		storage: Some(v15::PalletStorageMetadata {
			prefix: name.to_string(),
			entries: entries.iter().map(|name| entry(name)).collect(),
		}),
		calls: None,
		event: None,
		constants: vec![],
		error: None,
		index,
		docs: vec![],
	};
	let types =
		(0..).zip(types).map(|(id, ty)| PortableType::new(id, ty)).collect::<Vec<PortableType>>();
	let runtime = v15::RuntimeMetadataV15 {
		types: PortableRegistry { types },
		pallets: (0..).zip(pallets).map(pallet).collect(),
		extrinsic: v15::ExtrinsicMetadata {
			version: 4,
			address_ty: 0u32.into(),
			call_ty: 0u32.into(),
			signature_ty: 0u32.into(),
			extra_ty: 0u32.into(),
			signed_extensions: vec![],
		},
		ty: 0u32.into(),
		apis: vec![],
		outer_enums: v15::OuterEnums {
			call_enum_ty: 0u32.into(),
			event_enum_ty: 0u32.into(),
			error_enum_ty: 0u32.into(),
		},
		custom: v15::CustomMetadata { map: Default::default() },
	};
	hex(&RuntimeMetadataPrefixed::from(runtime).encode())
}

fn number() -> Type<PortableForm> {
	TypeDefPrimitive::U32.into()
}

const PARACHAIN: &[(&str, &[&str])] =
	&[("System", &["Events"]), ("ParachainSystem", &["LastRelayChainBlockNumber"])];
const RELAY: &[(&str, &[&str])] =
	&[("Configuration", &["ActiveConfig"]), ("Paras", &["ParaLifecycles"])];

/// The answers of a chain of five blocks with that metadata, none of ours.
fn chain(metadata: String) -> impl Fn(&str, &Json) -> Answer + Clone + Send + 'static {
	move |method, _| {
		let hash = format!("0x{}", "11".repeat(32));
		match method {
			"system_health" => Ok(json!({"isSyncing": false, "peers": 1, "shouldHavePeers": true})),
			"state_getMetadata" => Ok(json!(metadata)),
			"chain_getBlockHash" | "chain_getFinalizedHead" => Ok(json!(hash)),
			"chain_getHeader" => Ok(json!({
				"parentHash": hash,
				"number": "0x5",
				"stateRoot": hash,
				"extrinsicsRoot": hash,
				"digest": {"logs": []},
			})),
			"state_getRuntimeVersion" => {
				Ok(json!({"specName": "foreign", "specVersion": 7, "apis": []}))
			},
			"state_getStorage" => Ok(Json::Null),
			"system_chain" | "system_name" | "system_version" => Ok(json!("foreign")),
			_ => Err(-32601),
		}
	}
}

/// The one line that is said of a parachain's node at `para`.
async fn said(para: &str, relay: Option<&str>) -> Result<String> {
	let targets = Targets {
		paras: vec![para.to_string()],
		relay: relay.map(ToString::to_string),
		..Targets::default()
	};
	let started = Instant::now();
	let error = look(&targets).await.err().context("it should not have been looked at")?;
	assert!(started.elapsed() < SECONDS, "it took {} s", started.elapsed().as_secs());
	let line = one_line(&error);
	assert!(!line.contains('\n') && line.chars().count() <= 301, "{line}");
	Ok(line)
}

#[tokio::test]
async fn a_dead_port_is_named() -> Result<()> {
	let listener = TcpListener::bind("127.0.0.1:0").await?;
	let url = format!("ws://{}", listener.local_addr()?);
	drop(listener);
	let line = said(&url, None).await?;
	assert!(line.starts_with(&format!("nothing answers on {url}")), "{line}");
	Ok(())
}

#[tokio::test]
async fn an_address_of_something_else_is_named() -> Result<()> {
	let line = said("http://127.0.0.1:9944", None).await?;
	assert!(line.contains("is no address of a node"), "{line}");
	Ok(())
}

#[tokio::test]
async fn garbage_and_silence_are_no_node() -> Result<()> {
	for words in [&b"\x00\xff garbage\r\n\r\n"[..], b"SSH-2.0-OpenSSH\r\n", b""] {
		let line = said(&raw(words).await?, None).await?;
		assert!(line.starts_with("nothing answers on ws://"), "{line}");
	}
	Ok(())
}

#[tokio::test]
async fn a_node_that_answers_with_something_else_is_none() -> Result<()> {
	let line = said(&node(|_, _| Ok(json!({"what": [1, "x"]}))).await?, None).await?;
	assert!(line.contains("cannot be used") || line.contains("as a node does"), "{line}");
	Ok(())
}

#[tokio::test]
async fn a_node_that_does_not_answer_is_given_up() -> Result<()> {
	let line = said(&node(|_, _| Err(SILENCE)).await?, None).await?;
	assert!(line.contains("did not answer rpc_methods"), "{line}");
	Ok(())
}

#[tokio::test]
async fn a_list_of_a_thousand_million_takes_no_memory() -> Result<()> {
	const PALLETS: &[(&str, &[&str])] =
		&[("ParachainSystem", &["LastRelayChainBlockNumber"]), ("ParachainInfo", &["ParachainId"])];
	let bytes: Type<PortableForm> = TypeDefPrimitive::U8.into();
	let list: Type<PortableForm> = TypeDefSequence::<PortableForm>::new(1u32.into()).into();
	let honest = chain(metadata(PALLETS, vec![list, bytes]));
	let lying = move |method: &str, params: &Json| match method {
		"state_getStorage" => Ok(json!("0xfeffffff")),
		_ => honest(method, params),
	};
	let facts = look(&Targets { paras: vec![node(lying).await?], ..Targets::default() }).await?;
	let para = facts.para.context("a parachain")?;
	assert_eq!(para.para_id.value, None);
	assert!(para.para_id.how.contains("else than ParachainInfo.ParachainId"), "{para:?}");
	Ok(())
}

#[tokio::test]
async fn a_response_without_end_ends() -> Result<()> {
	let listener = TcpListener::bind("127.0.0.1:0").await?;
	let url = format!("ws://{}", listener.local_addr()?);
	tokio::spawn(async move {
		while let Ok((stream, _)) = listener.accept().await {
			tokio::spawn(async move {
				let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
				let _ = socket.next().await;
				// The head of a text of a thousand gigabytes.
				let stream = socket.get_mut();
				let _ = stream.write_all(&[0x81, 127, 0, 0, 1, 0, 0, 0, 0, 0]).await;
				while stream.write_all(&[b' '; 65_536]).await.is_ok() {}
			});
		}
	});
	let line = said(&url, None).await?;
	assert!(line.contains("rpc_methods"), "{line}");
	Ok(())
}

#[tokio::test]
async fn a_node_that_syncs_is_asked_again_later() -> Result<()> {
	let syncing = |method: &str, _: &Json| match method {
		"system_health" => Ok(json!({"isSyncing": true})),
		"system_syncState" => Ok(json!({"currentBlock": 5, "highestBlock": 900})),
		_ => Err(-32601),
	};
	let line = said(&node(syncing).await?, None).await?;
	assert!(line.contains("still syncing, at block 5 of 900"), "{line}");
	Ok(())
}

#[tokio::test]
async fn methods_that_are_needed_are_named() -> Result<()> {
	let listed = |method: &str, _: &Json| match method {
		"rpc_methods" => Ok(json!({"methods": ["chain_getBlockHash", "chain_getFinalizedHead"]})),
		_ => Err(-32601),
	};
	let line = said(&node(listed).await?, None).await?;
	assert!(line.contains("does not offer chain_getHeader"), "{line}");
	let line = said(&node(|_, _| Err(-32601)).await?, None).await?;
	assert!(line.contains("does not offer state_getMetadata"), "{line}");
	Ok(())
}

#[tokio::test]
async fn metadata_that_is_none_is_refused() -> Result<()> {
	for wrong in ["0x6d65746110ffffffff", "0x", "no hexadecimal digits"] {
		let line = said(&node(chain(wrong.to_string())).await?, None).await?;
		assert!(line.contains("metadata of ws://") && line.contains("cannot be used"), "{line}");
	}
	Ok(())
}

#[tokio::test]
async fn types_that_contain_themselves_are_refused() -> Result<()> {
	let endless: Type<PortableForm> = TypeDefTuple { fields: vec![1u32.into()] }.into();
	let metadata = metadata(PARACHAIN, vec![number(), endless]);
	let line = said(&node(chain(metadata)).await?, None).await?;
	assert!(line.contains("a type contains itself"), "{line}");
	Ok(())
}

#[tokio::test]
async fn chains_in_each_others_place_are_named() -> Result<()> {
	let para = node(chain(metadata(PARACHAIN, vec![number()]))).await?;
	let relay = node(chain(metadata(RELAY, vec![number()]))).await?;
	let line = said(&relay, Some(&relay)).await?;
	assert!(line.contains("is a relay chain, not a parachain"), "{line}");
	let line = said(&para, Some(&para)).await?;
	assert!(line.contains("is a parachain, not a relay chain"), "{line}");
	let other = node(chain(metadata(&[("System", &["Events"])], vec![number()]))).await?;
	let line = said(&other, None).await?;
	assert!(line.contains("is no parachain"), "{line}");
	Ok(())
}

#[tokio::test]
async fn a_chain_that_nobody_here_knows_is_told() -> Result<()> {
	let url = node(chain(metadata(PARACHAIN, vec![number()]))).await?;
	let facts = look(&Targets { paras: vec![url], ..Targets::default() }).await?;
	assert_eq!(facts.watch.blocks.len(), 5);
	assert_eq!(facts.watch.trouble, None);
	let report = Report::of(facts);
	// It has neither hook nor API.
	assert_eq!(report.phase.name, Name::Sync);
	let para = report.facts.para.context("a parachain")?;
	assert_eq!((para.spec_name.as_str(), para.spec_version), ("foreign", 7));
	assert_eq!(para.slot_duration_api.value, None);
	Ok(())
}

/// Asset Hub of Polkadot, `statemint` 2000000: `metadata/v15/asset-hub-polkadot-hex.js` of the npm package
/// `@polkadot/types-support` 16.5.6, Apache-2.0, as bytes and compressed.
const ASSET_HUB: &[u8] = include_bytes!("asset-hub-polkadot.scale.zst");

#[tokio::test]
async fn asset_hub_is_told_by_its_own_metadata() -> Result<()> {
	let mut metadata = vec![];
	StreamingDecoder::new(ASSET_HUB)?.read_to_end(&mut metadata)?;
	let stored = [
		("ParachainInfo", "ParachainId", 1000u32.encode()),
		("ParachainSystem", "LastRelayChainBlockNumber", 77u32.encode()),
		// Of lists only the length is read.
		("ParachainSystem", "UnincludedSegment", vec![2 << 2]),
		("Aura", "Authorities", vec![3 << 2]),
		("AuraExt", "RelaySlotInfo", (500u64, 1u32).encode()),
	];
	let stored = stored.map(|(pallet, entry, bytes)| {
		let key = subxt::dynamic::storage(pallet, entry, ()).to_root_bytes();
		(hex(&key), hex(&bytes))
	});
	let hash = format!("0x{}", "11".repeat(32));
	// Each block has the slot 7.
	let slot = format!("0x066175726120{}", hex(&7u64.encode()).trim_start_matches("0x"));
	let rest = chain(hex(&metadata));
	let answer = move |method: &str, params: &Json| match (method, params[0].as_str()) {
		("state_getStorage", Some(key)) => {
			let found = stored.iter().find(|(known, _)| known == key);
			Ok(found.map_or(Json::Null, |(_, bytes)| json!(bytes)))
		},
		("state_call", Some("AuraApi_slot_duration")) => Ok(json!(hex(&12_000u64.encode()))),
		("state_call", Some("AuraUnincludedSegmentApi_can_build_upon")) => Ok(json!("0x01")),
		("state_getRuntimeVersion", _) => Ok(json!({
			"specName": "statemint",
			"specVersion": 2_000_000,
			"systemVersion": 1,
			"apis": [["0xdd718d5cc53262d4", 1], ["0xd7bdd8a272ca0d65", 2]],
		})),
		("chain_getHeader", _) => Ok(json!({
			"parentHash": hash,
			"number": "0x5",
			"stateRoot": hash,
			"extrinsicsRoot": hash,
			"digest": {"logs": [slot]},
		})),
		_ => rest(method, params),
	};
	let facts = look(&Targets { paras: vec![node(answer).await?], ..Targets::default() }).await?;
	let report = Report::of(facts);
	assert_eq!(report.phase.name, Name::Phase3);
	assert!(report.healthy(), "{:?}", report.findings);
	let para = report.facts.para.context("a parachain")?;
	assert_eq!((para.para_id.value, para.authorities.value), (Some(1000), Some(3)));
	assert_eq!((para.unincluded_api.value, para.system_version.value), (Some(2), Some(1)));
	let slots = (para.slot_duration_api.value, para.slot_duration_pallet.value);
	assert_eq!(slots, (Some(12_000), Some(12_000)));
	assert_eq!(para.minimum_period.value, Some(0));
	let weight = (para.max_ref_time.value, para.max_proof_size.value);
	assert_eq!(weight, (Some(2_000_000_000_000), Some(10 * 1024 * 1024)));
	assert_eq!(para.capacity.value, Some(Bounds { at_least: 3, at_most: None }));
	let kick = para.clocks.iter().find(|clock| clock.entry == "KickThreshold");
	assert_eq!(kick.and_then(|clock| clock.period), Some(3600));
	Ok(())
}
