package io.matriarch.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A single server: what lists show, what else people edit, and a new agent token once. */
@Schema(name = "ServerDetail")
record ServerDetailJson(
    @JsonUnwrapped ServerJson server,
    @Schema(
            description =
                "Put before every command, such as sudo -n -u {owner}, which becomes the owner of the cluster, or root for systemctl")
        List<String> become,
    @Schema(description = "Name of the command profile, null: the one that fits")
        @Nullable String commandProfile,
    String notes,
    @Schema(description = "Shown once, to whoever created the server")
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String agentToken) {}
