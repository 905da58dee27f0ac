"""Words of the desk: controls, parameters, values, laws and sheets."""
