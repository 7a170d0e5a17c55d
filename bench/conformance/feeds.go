package main

func feedSuites() []suite { return nil }
