//! What the node answers beside what every node does: an account's next nonce, and what a transaction would cost.
//! The same in every stage.
// SPDX-License-Identifier: Apache-2.0

use crate::components::ParachainClient;
use crate::components::TransactionPool;
use jsonrpsee::RpcModule;
use polkadot_sdk::*;
use std::sync::Arc;

/// The methods of this node.
pub type Methods = RpcModule<()>;

/// Puts the methods together. Fails if two have the same name.
pub fn methods(
	client: Arc<ParachainClient>,
	pool: Arc<TransactionPool>,
) -> Result<Methods, sc_service::Error> {
	use pallet_transaction_payment_rpc::TransactionPayment;
	use pallet_transaction_payment_rpc::TransactionPaymentApiServer;
	use substrate_frame_rpc_system::System;
	use substrate_frame_rpc_system::SystemApiServer;

	let mut module = RpcModule::new(());
	let merged = module
		.merge(System::new(client.clone(), pool).into_rpc())
		.and_then(|()| module.merge(TransactionPayment::new(client).into_rpc()));
	match merged {
		Ok(()) => Ok(module),
		Err(error) => Err(sc_service::Error::Application(error.into())),
	}
}
