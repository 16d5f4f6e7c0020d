package io.matriarch.api;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** A drill with its herds. */
@Schema(name = "DrillDetail")
record DrillDetailJson(DrillJson drill, List<DrillHerdJson> herds) {}
