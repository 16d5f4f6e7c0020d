package io.matriarch.action.step;

import io.matriarch.job.StepType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The stored names of the steps. A name is never reused; a changed component is a new version. */
@Configuration(proxyBeanMethods = false)
class StepTypes {

  @Bean
  StepType provePrimary() {
    return new StepType("prove-primary", 1, ProvePrimary.class);
  }

  @Bean
  StepType stopPostgres() {
    return new StepType("stop-postgres", 1, StopPostgres.class);
  }

  @Bean
  StepType startPostgres() {
    return new StepType("start-postgres", 1, StartPostgres.class);
  }

  @Bean
  StepType reloadPostgres() {
    return new StepType("reload-postgres", 1, ReloadPostgres.class);
  }

  @Bean
  StepType checkServer() {
    return new StepType("check-server", 1, CheckServer.class);
  }

  @Bean
  StepType fenceIfReached() {
    return new StepType("fence-if-reached", 1, FenceIfReached.class);
  }

  @Bean
  StepType endStranded() {
    return new StepType("end-stranded", 1, EndStranded.class);
  }

  @Bean
  StepType holdDrill() {
    return new StepType("hold-drill", 1, HoldDrill.class);
  }

  @Bean
  StepType reserveTerm() {
    return new StepType("reserve-term", 1, ReserveTerm.class);
  }

  @Bean
  StepType prepareSwitch() {
    return new StepType("prepare-switch", 1, PrepareSwitch.class);
  }

  @Bean
  StepType stageStandby() {
    return new StepType("stage-standby", 1, StageStandby.class);
  }

  @Bean
  StepType createSlots() {
    return new StepType("create-slots", 1, CreateSlots.class);
  }

  @Bean
  StepType dropSlots() {
    return new StepType("drop-slots", 1, DropSlots.class);
  }

  @Bean
  StepType writeCheckpoints() {
    return new StepType("write-checkpoints", 1, WriteCheckpoints.class);
  }

  @Bean
  StepType stagePoolers() {
    return new StepType("stage-poolers", 1, StagePoolers.class);
  }

  @Bean
  StepType pausePoolers() {
    return new StepType("pause-poolers", 1, PausePoolers.class);
  }

  @Bean
  StepType resumePoolers() {
    return new StepType("resume-poolers", 1, ResumePoolers.class);
  }

  @Bean
  StepType stopPrimary() {
    return new StepType("stop-primary", 1, StopPrimary.class);
  }

  @Bean
  StepType withdrawStandby() {
    return new StepType("withdraw-standby", 1, WithdrawStandby.class);
  }

  @Bean
  StepType restorePrimary() {
    return new StepType("restore-primary", 1, RestorePrimary.class);
  }

  @Bean
  StepType promoteStandby() {
    return new StepType("promote-standby", 1, PromoteStandby.class);
  }

  @Bean
  StepType publishPrimary() {
    return new StepType("publish-primary", 1, PublishPrimary.class);
  }

  @Bean
  StepType pointPoolers() {
    return new StepType("point-poolers", 1, PointPoolers.class);
  }

  @Bean
  StepType leadPoolers() {
    return new StepType("lead-poolers", 1, LeadPoolers.class);
  }

  @Bean
  StepType followPrimary() {
    return new StepType("follow-primary", 1, FollowPrimary.class);
  }

  @Bean
  StepType rejoinAsStandby() {
    return new StepType("rejoin-as-standby", 1, RejoinAsStandby.class);
  }

  @Bean
  StepType rejoinOrRewind() {
    return new StepType("rejoin-or-rewind", 1, RejoinOrRewind.class);
  }

  @Bean
  StepType rewindStandby() {
    return new StepType("rewind-standby", 1, RewindStandby.class);
  }

  @Bean
  StepType tidySlots() {
    return new StepType("tidy-slots", 1, TidySlots.class);
  }

  @Bean
  StepType tidyFailoverSlots() {
    return new StepType("tidy-failover-slots", 1, TidyFailoverSlots.class);
  }

  @Bean
  StepType setSynchronous() {
    return new StepType("set-synchronous", 1, SetSynchronous.class);
  }

  @Bean
  StepType dropUnusedSlot() {
    return new StepType("drop-unused-slot", 1, DropUnusedSlot.class);
  }

  @Bean
  StepType sealSwitch() {
    return new StepType("seal-switch", 1, SealSwitch.class);
  }

  @Bean
  StepType moveDns() {
    return new StepType("move-dns", 1, MoveDns.class);
  }

  @Bean
  StepType lowerDnsTtl() {
    return new StepType("lower-dns-ttl", 1, LowerDnsTtl.class);
  }

  @Bean
  StepType runHooks() {
    return new StepType("run-hooks", 1, RunHooks.class);
  }

  @Bean
  StepType awaitCaughtUp() {
    return new StepType("await-caught-up", 1, AwaitCaughtUp.class);
  }

  @Bean
  StepType beginProbes() {
    return new StepType("begin-probes", 1, BeginProbes.class);
  }

  @Bean
  StepType readProbes() {
    return new StepType("read-probes", 1, ReadProbes.class);
  }

  @Bean
  StepType endProbes() {
    return new StepType("end-probes", 1, EndProbes.class);
  }

  @Bean
  StepType pauseClients() {
    return new StepType("pause-clients", 1, PauseClients.class);
  }

  @Bean
  StepType secureCommits() {
    return new StepType("secure-commits", 1, SecureCommits.class);
  }

  @Bean
  StepType restoreSynchronous() {
    return new StepType("restore-synchronous", 1, RestoreSynchronous.class);
  }

  @Bean
  StepType prepareFailover() {
    return new StepType("prepare-failover", 1, PrepareFailover.class);
  }

  @Bean
  StepType fencePrimary() {
    return new StepType("fence-primary", 1, FencePrimary.class);
  }

  @Bean
  StepType stopReceiving() {
    return new StepType("stop-receiving", 1, StopReceiving.class);
  }

  @Bean
  StepType receiveAgain() {
    return new StepType("receive-again", 1, ReceiveAgain.class);
  }

  @Bean
  StepType electCandidate() {
    return new StepType("elect-candidate", 1, ElectCandidate.class);
  }

  @Bean
  StepType promoteElected() {
    return new StepType("promote-elected", 1, PromoteElected.class);
  }

  @Bean
  StepType followUpstream() {
    return new StepType("follow-upstream", 1, FollowUpstream.class);
  }

  @Bean
  StepType returnToUpstream() {
    return new StepType("return-to-upstream", 1, ReturnToUpstream.class);
  }

  @Bean
  StepType rebuildStandby() {
    return new StepType("rebuild-standby", 1, RebuildStandby.class);
  }

  @Bean
  StepType makeCluster() {
    return new StepType("make-cluster", 1, MakeCluster.class);
  }

  @Bean
  StepType seedStandby() {
    return new StepType("seed-standby", 1, SeedStandby.class);
  }

  @Bean
  StepType followOrRewind() {
    return new StepType("follow-or-rewind", 1, FollowOrRewind.class);
  }

  @Bean
  StepType fenceMember() {
    return new StepType("fence-member", 1, FenceMember.class);
  }

  @Bean
  StepType liftFence() {
    return new StepType("lift-fence", 1, LiftFence.class);
  }

  @Bean
  StepType prepareShutOut() {
    return new StepType("prepare-shut-out", 1, PrepareShutOut.class);
  }

  @Bean
  StepType shutOutClients() {
    return new StepType("shut-out-clients", 1, ShutOutClients.class);
  }

  @Bean
  StepType letClientsIn() {
    return new StepType("let-clients-in", 1, LetClientsIn.class);
  }

  @Bean
  StepType sealShutOut() {
    return new StepType("seal-shut-out", 1, SealShutOut.class);
  }

  @Bean
  StepType promoteBeforeStop() {
    return new StepType("promote-while-former-runs", 1, PromoteBeforeStop.class);
  }

  @Bean
  StepType retirePrimary() {
    return new StepType("retire-primary", 1, RetirePrimary.class);
  }
}
