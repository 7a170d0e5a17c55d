package source

// What the tests outside the package need of those within.
var (
	Update       = update
	FixtureInput = fixtureInput
	FileOf       = fileOf
	SetFile      = setFile
)
