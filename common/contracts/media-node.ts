// How an sfu node makes itself known: POST /internal/media-nodes on signaling's internal port, `authorization: Bearer SFU_SECRET`, at once and then as often as told.
// Whether a node lives is judged by the database's clock at its last registration, never by a time the node names.
import Type, { type Static } from 'typebox';
import { NodeId, NodeLoad } from './sfu-control.ts';
import { Closed } from './shapes.ts';

/** `streamsPerWorker`: to viewers; `egressMbps` 0 is no limit. */
export const NodeCapacity = Closed({ workers: Type.Integer({ minimum: 1 }), streamsPerWorker: Type.Integer({ minimum: 1 }), egressMbps: Type.Integer({ minimum: 0 }) });
export type NodeCapacity = Static<typeof NodeCapacity>;
export const NodeRegistration = Closed({
  nodeId: NodeId, bootId: Type.String({ maxLength: 64 }), controlUrl: Type.String({ maxLength: 200 }), capacity: NodeCapacity, load: NodeLoad,
});
export type NodeRegistration = Static<typeof NodeRegistration>;
/** `draining` is what the operator wants of the node. */
export const NodeRegistered = Closed({ draining: Type.Boolean(), againMs: Type.Integer({ minimum: 100 }) });
export type NodeRegistered = Static<typeof NodeRegistered>;
/** This share of a node's streams and egress is kept for seats that are `reserved`: who must be there may come last. See docs/decisions/032-seats-kept-for-staff.md. */
export const reservedShare = 0.04;
export const mediaNodesPath = '/internal/media-nodes';
/** A node not heard of for so long gets nothing new; its line (the control socket) says sooner whether it lives. */
export const nodeStaleMs = 6000;
