package org.skep.node;

import org.skep.api.node.Endpoint;

/**
 * Where this node is to be found.
 *
 * @param listen in the operator's words: address or interface, with a port
 * @param advertise where others reach it
 * @param wanted what the operator asked to advertise, without its port: an address, a host name or an interface; empty if
 *     the choice was ours
 * @param dataPath in the operator's words: address or interface; empty if the choice is ours
 */
record Place(String listen, Endpoint advertise, String wanted, String dataPath) {

    Place advertising(Endpoint next) {
        return new Place(listen, next, wanted, dataPath);
    }
}
