package org.skep.control.remote;

import org.skep.control.Registries;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.LoginRequest;
import org.skep.protocol.control.LogoutRequest;

/** Logins to registries, kept by the leader. */
record RemoteRegistries(Calls calls) implements Registries {

    @Override
    public void login(String registry, String credentials) {
        calls.ask(
                ControlGrpc.getLoginMethod(),
                LoginRequest.newBuilder()
                        .setRegistry(registry)
                        .setCredentials(credentials)
                        .build());
    }

    @Override
    public void logout(String registry) {
        calls.ask(
                ControlGrpc.getLogoutMethod(),
                LogoutRequest.newBuilder().setRegistry(registry).build());
    }
}
