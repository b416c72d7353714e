//! The worker in which the relay chain's node executes parachain code. It must lie beside `polkadot`.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

polkadot_node_core_pvf_common::decl_worker_main!(
	"execute-worker",
	polkadot_node_core_pvf_execute_worker::worker_entrypoint,
	polkadot_cli::NODE_VERSION,
	env!("SUBSTRATE_CLI_COMMIT_HASH"),
);
