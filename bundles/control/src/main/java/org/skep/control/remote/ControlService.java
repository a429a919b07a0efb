package org.skep.control.remote;

import io.grpc.BindableService;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.SatisfyingConditionTarget;
import org.skep.api.SkepException;
import org.skep.control.Control;
import org.skep.control.local.LocalControl;
import org.skep.protocol.Cluster;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.protocol.Node;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.protocol.control.ConfigList;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.CreateServiceRequest;
import org.skep.protocol.control.Done;
import org.skep.protocol.control.ExecAnswer;
import org.skep.protocol.control.ExecMessage;
import org.skep.protocol.control.ExplanationList;
import org.skep.protocol.control.GetClusterRequest;
import org.skep.protocol.control.Invitation;
import org.skep.protocol.control.JoinTokenRequest;
import org.skep.protocol.control.ListRequest;
import org.skep.protocol.control.LoginRequest;
import org.skep.protocol.control.LogoutRequest;
import org.skep.protocol.control.Managers;
import org.skep.protocol.control.ManagersRequest;
import org.skep.protocol.control.MoveList;
import org.skep.protocol.control.NetworkList;
import org.skep.protocol.control.NodeList;
import org.skep.protocol.control.ReadLogsMessage;
import org.skep.protocol.control.ReadLogsRequest;
import org.skep.protocol.control.RebalanceRequest;
import org.skep.protocol.control.RemoveNodeRequest;
import org.skep.protocol.control.RevisionList;
import org.skep.protocol.control.RollbackServiceRequest;
import org.skep.protocol.control.RootCertificate;
import org.skep.protocol.control.RootCertificateRequest;
import org.skep.protocol.control.RotateRootRequest;
import org.skep.protocol.control.Rotation;
import org.skep.protocol.control.RotationRequest;
import org.skep.protocol.control.ServiceList;
import org.skep.protocol.control.TaskList;
import org.skep.protocol.control.UnlockKey;
import org.skep.protocol.control.UnlockKeyRequest;
import org.skep.protocol.control.UpdateClusterRequest;
import org.skep.protocol.control.UpdateNodeRequest;
import org.skep.protocol.control.UpdateServiceRequest;
import org.skep.protocol.control.VolumeList;
import org.skep.protocol.reach.UsageList;
import org.skep.protocol.reach.UsageQuestion;

/**
 * Answers for other managers what they ask of the leader. Everything is decided here and nothing passed on: where another
 * leads, the call is refused with {@code NO_LEADER}, and who asked looks for the leader anew.
 */
@Component(service = BindableService.class)
@SatisfyingConditionTarget("(osgi.condition.id=skep.manager)")
public final class ControlService extends ControlGrpc.ControlImplBase {

    private final Control control;
    private final LogStreams logs;
    private final ExecCalls execs;

    @Activate
    public ControlService(@Reference LocalControl control) {
        this((Control) control);
    }

    ControlService(Control control) {
        this.control = control;
        this.logs = new LogStreams(control);
        this.execs = new ExecCalls(control);
    }

    @Deactivate
    void close() throws InterruptedException {
        logs.close();
        execs.close();
    }

    @Override
    public void listServices(ListRequest request, StreamObserver<ServiceList> answer) {
        Parts.send(answer, () -> control.services().list(), part -> ServiceList.newBuilder()
                .addAllServices(part)
                .build());
    }

    @Override
    public void getService(org.skep.protocol.control.Reference request, StreamObserver<Service> answer) {
        Answers.one(answer, () -> control.services().get(request.getReference()));
    }

    @Override
    public void createService(CreateServiceRequest request, StreamObserver<Service> answer) {
        Answers.one(answer, () -> control.services().create(request.getSpec(), request.getBy()));
    }

    @Override
    public void updateService(UpdateServiceRequest request, StreamObserver<Service> answer) {
        Answers.one(answer, () -> control.services()
                .update(request.getId(), request.getVersion().getIndex(), request.getSpec(), request.getBy()));
    }

    @Override
    public void rollbackService(RollbackServiceRequest request, StreamObserver<Service> answer) {
        OptionalLong revision =
                request.getRevision() == 0 ? OptionalLong.empty() : OptionalLong.of(request.getRevision());
        Answers.one(answer, () -> control.services()
                .rollback(request.getId(), request.getVersion().getIndex(), revision, request.getBy()));
    }

    @Override
    public void getServiceHistory(org.skep.protocol.control.Reference request, StreamObserver<RevisionList> answer) {
        Parts.send(answer, () -> control.services().history(request.getReference()), part -> RevisionList.newBuilder()
                .addAllRevisions(part)
                .build());
    }

    @Override
    public void removeService(org.skep.protocol.control.Reference request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.services().remove(request.getReference()));
    }

    @Override
    public void explainService(org.skep.protocol.control.Reference request, StreamObserver<ExplanationList> answer) {
        Parts.send(
                answer,
                () -> control.services().explain(request.getReference()).stream()
                        .map(Messages::explanation)
                        .toList(),
                part -> ExplanationList.newBuilder().addAllExplanations(part).build());
    }

    @Override
    public void listTasks(ListRequest request, StreamObserver<TaskList> answer) {
        Parts.send(answer, () -> control.tasks().list(), part -> TaskList.newBuilder()
                .addAllTasks(part)
                .build());
    }

    @Override
    public void listTasksOfService(org.skep.protocol.control.Reference request, StreamObserver<TaskList> answer) {
        Parts.send(answer, () -> control.tasks().ofService(request.getReference()), part -> TaskList.newBuilder()
                .addAllTasks(part)
                .build());
    }

    @Override
    public void listTasksOnNode(org.skep.protocol.control.Reference request, StreamObserver<TaskList> answer) {
        Parts.send(answer, () -> control.tasks().onNode(request.getReference()), part -> TaskList.newBuilder()
                .addAllTasks(part)
                .build());
    }

    @Override
    public void getTask(org.skep.protocol.control.Reference request, StreamObserver<Task> answer) {
        Answers.one(answer, () -> control.tasks().get(request.getReference()));
    }

    @Override
    public void listNodes(ListRequest request, StreamObserver<NodeList> answer) {
        Parts.send(answer, () -> control.nodes().list(), part -> NodeList.newBuilder()
                .addAllNodes(part)
                .build());
    }

    @Override
    public void getNode(org.skep.protocol.control.Reference request, StreamObserver<Node> answer) {
        Answers.one(answer, () -> control.nodes().get(request.getReference()));
    }

    @Override
    public void updateNode(UpdateNodeRequest request, StreamObserver<Node> answer) {
        Answers.one(answer, () -> control.nodes()
                .update(request.getId(), request.getVersion().getIndex(), request.getSpec()));
    }

    @Override
    public void removeNode(RemoveNodeRequest request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.nodes().remove(request.getReference(), request.getForce()));
    }

    @Override
    public void listNetworks(ListRequest request, StreamObserver<NetworkList> answer) {
        Parts.send(answer, () -> control.networks().list(), part -> NetworkList.newBuilder()
                .addAllNetworks(part)
                .build());
    }

    @Override
    public void getNetwork(org.skep.protocol.control.Reference request, StreamObserver<Network> answer) {
        Answers.one(answer, () -> control.networks().get(request.getReference()));
    }

    @Override
    public void createNetwork(NetworkSpec request, StreamObserver<Network> answer) {
        Answers.one(answer, () -> control.networks().create(request));
    }

    @Override
    public void removeNetwork(org.skep.protocol.control.Reference request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.networks().remove(request.getReference()));
    }

    @Override
    public void listVolumes(ListRequest request, StreamObserver<VolumeList> answer) {
        Parts.send(answer, () -> control.volumes().list(), part -> VolumeList.newBuilder()
                .addAllVolumes(part)
                .build());
    }

    @Override
    public void getVolume(org.skep.protocol.control.Reference request, StreamObserver<Volume> answer) {
        Answers.one(answer, () -> control.volumes().get(request.getReference()));
    }

    @Override
    public void createVolume(VolumeSpec request, StreamObserver<Volume> answer) {
        Answers.one(answer, () -> control.volumes().create(request));
    }

    @Override
    public void removeVolume(org.skep.protocol.control.Reference request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.volumes().remove(request.getReference()));
    }

    @Override
    public void listConfigs(ListRequest request, StreamObserver<ConfigList> answer) {
        Parts.send(answer, () -> control.configs().list(), part -> ConfigList.newBuilder()
                .addAllConfigs(part)
                .build());
    }

    @Override
    public void getConfig(org.skep.protocol.control.Reference request, StreamObserver<Config> answer) {
        Answers.one(answer, () -> control.configs().get(request.getReference()));
    }

    @Override
    public void createConfig(ConfigSpec request, StreamObserver<Config> answer) {
        Answers.one(answer, () -> control.configs().create(request));
    }

    @Override
    public void removeConfig(org.skep.protocol.control.Reference request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.configs().remove(request.getReference()));
    }

    @Override
    public void login(LoginRequest request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.registries().login(request.getRegistry(), request.getCredentials()));
    }

    @Override
    public void logout(LogoutRequest request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.registries().logout(request.getRegistry()));
    }

    @Override
    public void getCluster(GetClusterRequest request, StreamObserver<Cluster> answer) {
        Answers.one(answer, () -> control.clusters().get());
    }

    @Override
    public void updateCluster(UpdateClusterRequest request, StreamObserver<Cluster> answer) {
        Answers.one(answer, () -> control.clusters().update(request.getVersion().getIndex(), request.getSpec()));
    }

    @Override
    public void getJoinToken(JoinTokenRequest request, StreamObserver<Invitation> answer) {
        Answers.one(
                answer,
                () -> Messages.invitation(control.clusters().joinToken(request.getRole(), request.getRotate())));
    }

    @Override
    public void getUnlockKey(UnlockKeyRequest request, StreamObserver<UnlockKey> answer) {
        Answers.one(answer, () -> Messages.unlockKey(control.clusters().unlockKey(request.getRotate())));
    }

    @Override
    public void getRootCertificate(RootCertificateRequest request, StreamObserver<RootCertificate> answer) {
        Answers.one(answer, () -> Messages.root(control.clusters().rootCertificate()));
    }

    @Override
    public void rotateRoot(RotateRootRequest request, StreamObserver<Done> answer) {
        Answers.done(answer, () -> control.clusters().rotateRoot(Messages.signer(request)));
    }

    @Override
    public void getRotation(RotationRequest request, StreamObserver<Rotation> answer) {
        Answers.one(answer, () -> Messages.rotation(control.clusters().rotation()));
    }

    @Override
    public void rebalance(RebalanceRequest request, StreamObserver<MoveList> answer) {
        Parts.send(
                answer,
                () -> control.clusters().rebalance(request.getDryRun(), request.getMaxParallel()).stream()
                        .map(Messages::move)
                        .toList(),
                part -> MoveList.newBuilder().addAllMoves(part).build());
    }

    @Override
    public void getManagers(ManagersRequest request, StreamObserver<Managers> answer) {
        Answers.one(answer, () -> Messages.managers(control.clusters().managers()));
    }

    @Override
    public StreamObserver<ExecMessage> exec(StreamObserver<ExecAnswer> answers) {
        return execs.begin(answers);
    }

    @Override
    public void getUsage(UsageQuestion request, StreamObserver<UsageList> answer) {
        Answers.one(answer, () -> {
            try {
                return UsageList.newBuilder()
                        .addAllTasks(control.reach().usage(request.getTaskIdsList()))
                        .build();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw SkepException.state("NO_LEADER", "this manager no longer reaches tasks", "");
            }
        });
    }

    @Override
    public void readLogs(ReadLogsRequest request, StreamObserver<ReadLogsMessage> answer) {
        logs.start(request, (ServerCallStreamObserver<ReadLogsMessage>) answer);
    }
}
