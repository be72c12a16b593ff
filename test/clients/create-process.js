// For cscript: starts the command line in the variable LINE as botocore does, through CreateProcess and without a
// shell, and waits for its end.
var shell = new ActiveXObject('WScript.Shell')
var run = shell.Exec(shell.Environment('PROCESS')('LINE'))
while (run.Status === 0) WScript.Sleep(50)
