package snowflake_test

import (
	"os"
	"testing"

	"github.com/modsql/mod/adapters/adaptertest"
	"github.com/modsql/mod/adapters/snowflake"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
)

func TestMain(m *testing.M) { os.Exit(snowflaketest.Main(m)) }

// exceptions are what the stand-in of the tests does not do. What is sent for each is compared with golden SQL, or the answer is one that
// a server of the test's own gives.
func exceptions() []adaptertest.Exception {
	const (
		places  = "fakesnow tells no places: see TestErrorsTellTheirPlace"
		running = "fakesnow does not stop statements: see TestACancelledStatementStops"
		series  = "Snowflake has no generate_series(), and fakesnow no error in the midst of rows: see TestAStreamThatBreaksIsReadOn"
		quotes  = "fakesnow puts names and comments into texts as they are, and fails on apostrophes"
		goesOn  = "a failed statement does not end a transaction in Snowflake"
	)
	return []adaptertest.Exception{
		{Claim: "ErrorsTellTheirPlaceInBytes", Because: places},
		{Claim: "ACancelledStatementStops", Because: running},
		{Claim: "ACancelledStreamStops", Because: series},
		{Claim: "AnErrorWhileRowsStreamEndsThem", Because: series},
		{Claim: "AQueryCanEndEarly", Because: series},
		{Claim: "InspectKnowsUglyNames", Because: quotes},
		{Claim: "UglyNamesAreQuoted", Because: quotes},
		{Claim: "InspectListsRelationsWithTheirColumns", Because: quotes},
		{Claim: "AFailedTransactionDoesNotCommit", Because: goesOn},
		{Claim: "AWrongValueLeavesNothing", Because: "fakesnow answers a COPY that fails as if it were down: see TestACopyThatFailsIsToldAsThat"},
	}
}

func TestSnowflakeIsAWarehouse(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, snowflake.Driver, snowflaketest.Config(t), exceptions()...)
}
