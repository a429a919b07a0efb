/**
 * Rules of placement that more than one room of the manager needs: pure functions of objects.
 *
 * <p>{@link Constraint#parseAll} is the one parser of {@code --constraint}: control validates with it (a wrong
 * expression throws {@link InvalidConstraintException}, whose message is fit for the operator), scheduler, orchestrator
 * and enforcer match nodes with what it returns. {@link PublishedPorts} holds the rules of published ports: control
 * refuses a service by {@link PublishedPorts#repeated} and {@link PublishedPorts#conflict}, the scheduler keeps host
 * ports exclusive per node by {@link PublishedPorts#onHost}. {@link GenericResources} keeps account of a node's own kinds
 * of resources. {@link Rebalancer} is the scheduler's answer to crowded nodes.
 */
@Version("0.1.0")
@Export
package org.skep.protocol.placement;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
